using System.Net;
using Overlay.Api.Network;
using Overlay.NodeAgent.Rules;
using Overlay.NodeAgent.Rules.Nftables;

namespace Overlay.NodeAgent.Tests.Rules.Pure;

public sealed class SkeletonTextTests
{
    private static readonly RuleState State = new() { Settings = new RuleSettings() };

    [Fact]
    public void No_parameter_is_left_open() => Text(State).Should().NotMatchRegex("@[A-Z_0-9]+@");

    [Fact]
    public void No_set_or_map_is_declared_by_a_lone_type() =>
        Text(State).Should().NotMatchRegex(@"(?m)^\s*type \w+\s*$", "nft 1.0.6 faults where nft 1.1 wrote such a set").And.NotMatchRegex(@"(?m)^\s*type [^:;]+ : \w+\s*$", "or such a map");

    [Fact]
    public void Equal_settings_give_equal_texts() => Text(State).Should().Be(Text(State with { Settings = new RuleSettings() }));

    [Fact]
    public void Denied_packets_are_dropped_or_told()
    {
        Text(State).Should().NotContain("reject with");
        Text(State with { Settings = new RuleSettings { DenyAction = DenyAction.Reject } }).Should().Contain("reject with tcp reset").And.Contain("reject with icmpx admin-prohibited");
    }

    [Theory]
    [InlineData(4789, "masquerade to :4790-65535")]
    [InlineData(60000, "masquerade to :1024-59999")]
    public void Masquerade_never_chooses_the_VXLAN_port(int port, string expected) =>
        Text(State with { Settings = new RuleSettings { Port = (ushort)port } }).Should().Contain(expected);

    [Fact]
    public void Without_masquerade_what_leaves_keeps_its_address() =>
        Text(State with { Settings = new RuleSettings { Masquerade = false } }).Should().NotContain("masquerade_leaving");

    [Fact]
    public void Networks_within_another_are_left_out()
    {
        var text = Text(State with
        {
            Pools = [IPNetwork.Parse("10.255.0.0/16"), IPNetwork.Parse("fd00:255::/48")],
            Unmasqueraded = [IPNetwork.Parse("10.255.3.0/24"), IPNetwork.Parse("10.0.0.0/16"), IPNetwork.Parse("10.0.0.0/16")],
        });

        text.Should().Contain("elements = { 10.0.0.0/16, 10.255.0.0/16 }").And.Contain("elements = { fd00:255::/48 }").And.NotContain("10.255.3.0");
    }

    [Fact]
    public void A_text_is_made_again_when_anything_it_is_made_from_is_different_and_only_then()
    {
        var last = new LastSkeleton();
        var first = last.Of(State);

        last.Of(State with { Settings = new RuleSettings(), RestrictedTags = [new(16)] }).Text.Should().BeSameAs(first.Text, "tags are elements");
        foreach (
            var other in new[]
            {
                State with { Settings = new RuleSettings { Port = 1 } },
                State with { Pools = [IPNetwork.Parse("10.255.0.0/16")] },
                State with { Unmasqueraded = [IPNetwork.Parse("10.0.0.0/16")] },
                State with { WatchedSenders = [new(16)] },
            }
        )
        {
            var (text, print) = last.Of(other);
            text.Should().Be(Text(other)).And.NotBe(first.Text);
            print.Should().Be(SkeletonPrint.OfText(text));
        }

        last.Of(State).Should().Be(first);
    }

    private static string Text(RuleState state) => SkeletonText.Of(SkeletonSource.Of(state));
}
