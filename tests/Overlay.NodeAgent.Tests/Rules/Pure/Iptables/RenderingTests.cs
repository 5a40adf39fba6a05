using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Reflection;
using System.Text;
using Overlay.Api.Network;
using Overlay.Api.Policies;
using Overlay.Api.Wire;
using Overlay.NodeAgent.Rules;
using Overlay.NodeAgent.Rules.Iptables;
using Overlay.NodeAgent.Tests.Rules.Bed;
using Overlay.Policy;

namespace Overlay.NodeAgent.Tests.Rules.Pure.Iptables;

/// <summary>Rule state to the text that iptables-restore and ipset read.</summary>
public sealed class RenderingTests
{
    private static readonly Reasons Because = BedPod.Because("front", PolicyType.Ingress);

    [Fact]
    public void A_state_with_everything_in_it_reads_like_the_packets_way()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Rules.iptables.golden")!;
        var golden = new StreamReader(stream).ReadToEnd();

        var text = Print(Rendering.Of(State()));
        if (Environment.GetEnvironmentVariable("OVERLAY_WRITE_GOLDEN") is { Length: > 0 } path)
        {
            File.WriteAllText(path, text);
        }

        text.Should().Be(golden, "a change of Rules/Fixtures/iptables.golden must be meant: set OVERLAY_WRITE_GOLDEN to its path, and read the difference");
    }

    [Fact]
    public void No_name_is_longer_than_the_kernel_takes()
    {
        var rules = Rendering.Of(State() with { Workloads = [.. Enumerable.Range(0, 120).Select(i => Crowded((uint)(10000 + i)))] });

        rules.Families.SelectMany(family => family.Tables).SelectMany(table => table.Chains.Keys).Should().OnlyContain(name => name.Length <= 28);
        rules.Sets.Keys.Should().OnlyContain(name => name.Length <= 31);
    }

    [Fact]
    public void A_packet_meets_few_rules_however_many_tags_are_granted_or_known()
    {
        var tags = Enumerable.Range(16, 8000).Where(tag => tag % 3 != 0).Select(tag => new Tag((ushort)tag)).ToList();
        var state = State() with
        {
            KnownTags = [.. tags],
            RestrictedTags = [.. tags],
            Workloads = [new LocalWorkload(10001, new WorkloadKey("shop", "app=cart")) { Wary = true, Grants = [.. tags.Select(tag => new Grant(GrantSource.Of(tag), false, IpProtocol.TCP, PortRange.Of(80), Because))] }],
        };

        var mangle = Rendering.Of(state).Families[0].Tables.Single(table => table.Name == "mangle");

        mangle.Chains.Values.Max(rules => rules.Length).Should().BeLessThanOrEqualTo(40, "no chain is a long list");
    }

    [Fact]
    public void Tags_that_follow_each_other_are_one_block() =>
        MatchTree.Blocks(Enumerable.Range(16, 240).Select(tag => new Tag((ushort)tag)), "-j X").Select(entry => $"{entry.Value:x}/{entry.Mask:x}")
            .Should().Equal("10/1ff0", "20/1fe0", "40/1fc0", "80/1f80");

    [Fact]
    public void A_tag_above_8191_is_marked_as_a_pod_that_nobody_knows_and_granted_nothing()
    {
        var rules = Rendering.Of(new RuleState
        {
            Settings = new RuleSettings(),
            Senders = [new("ovp1", PhysicalAddress.Parse("ee:ee:0a:ff:01:04"), IPAddress.Parse("10.255.1.4"), NodeMark.Of(new Tag(9000), true), "x")],
            Workloads = [new(10001, new WorkloadKey("shop", "app=cart")) { Grants = [new(GrantSource.Of(new Tag(9000)), false, null, null, Because)] }],
            RestrictedTags = [new Tag(9000)],
        });

        rules.Sets["overlay-pods4"].Elements.Single(element => element.ToString() == "10.255.1.4/32,ovp1").Mark.Should().Be(0x400002_007f1fff);
        var tables = rules.Families[0].Tables.ToDictionary(table => table.Name);
        tables["mangle"].Chains["OVERLAY-IN10001"].Should().Equal("-m mark --mark 0x10000/0x10000 -g OVERLAY-DENIED", "-g OVERLAY-DENIED");
        tables["raw"].Chains["OVERLAY-ARRIVED"][1].Should().EndWith("-j MARK --set-xmark 0x400002/0x40ffff", "one of those tags is restricted: all of them are");
    }

    [Theory]
    [InlineData("0.0.0.0-255.255.255.255", "0.0.0.0/1 128.0.0.0/1")]
    [InlineData("10.0.0.1-10.0.0.6", "10.0.0.1/32 10.0.0.2/31 10.0.0.4/31 10.0.0.6/32")]
    [InlineData("fd00::-fd00::ffff", "fd00::/112")]
    [InlineData("255.255.255.255-255.255.255.255", "255.255.255.255/32")]
    public void A_range_is_the_fewest_blocks_and_none_is_everything(string range, string blocks)
    {
        var ends = range.Split('-').Select(IPAddress.Parse).Select(AddressRange.Of).ToList();

        string.Join(' ', AddressBlocks.Of(ends[0] with { Last = ends[1].Last })).Should().Be(blocks);
    }

    [Fact]
    public void What_policies_are_called_can_not_end_a_rule() =>
        Say.Comment("a\" -j ACCEPT\n-A x \\").Should().Be("-m comment --comment \"a_ -j ACCEPT_-A x _\"");

    private static RuleState State() =>
        new()
        {
            Settings = new RuleSettings { DenyAction = DenyAction.Reject },
            Senders =
            [
                new("ovp1", PhysicalAddress.Parse("ee:ee:0a:ff:01:04"), IPAddress.Parse("10.255.1.4"), NodeMark.Of(new Tag(42), true), "shop/front-1, shop{app=front}, tag 42"),
                new("ovp1", PhysicalAddress.Parse("ee:ee:0a:ff:01:04"), IPAddress.Parse("fd00:255::4"), NodeMark.Of(new Tag(42), true), "shop/front-1, shop{app=front}, tag 42"),
            ],
            HostPorts =
            [
                new(IPAddress.Any, IpProtocol.TCP, 8080, IPAddress.Parse("10.255.1.4"), 80, "shop/front-1"),
                new(IPAddress.Parse("192.168.50.1"), IpProtocol.SCTP, 9000, IPAddress.Parse("10.255.1.4"), 90, "shop/front-1"),
                new(IPAddress.IPv6Any, IpProtocol.TCP, 8080, IPAddress.Parse("fd00:255::4"), 80, "shop/front-1"),
            ],
            Workloads = [Crowded(10001), new LocalWorkload(10002, new WorkloadKey("shop", "app=open")) { Open = true, Free = true }],
            RestrictedTags = [new(42), new(43)],
            AcquaintedTags = [new(50)],
            KnownTags = [new(42), new(43), new(50)],
            Underlay = [IPAddress.Parse("192.168.50.1"), IPAddress.Parse("fd00:50::1")],
            Pools = [IPNetwork.Parse("10.255.0.0/16"), IPNetwork.Parse("fd00:255::/48")],
            Unmasqueraded = [IPNetwork.Parse("192.168.0.0/16")],
        };

    private static LocalWorkload Crowded(uint group) =>
        new(group, new WorkloadKey("shop", $"app=cart{group}"))
        {
            Wary = true,
            Particular = [Tag.UnknownPod, new(43)],
            Grants =
            [
                new(GrantSource.Of(new Tag(42)), true, IpProtocol.TCP, PortRange.Of(80), Because),
                new(GrantSource.Of(new Tag(43)), false, IpProtocol.TCP, new PortRange(8000, 8010), Because) { Standing = GrantStanding.Firm },
                .. Enumerable.Range(100, 20).Select(tag => new Grant(GrantSource.Of(new Tag((ushort)(tag * 7))), false, null, null, Because)),
                new(GrantSource.Of(new Tag(50)), false, IpProtocol.ICMP, new PortRange(0x0800, 0x08ff), Because) { Standing = GrantStanding.Conditional },
                new(GrantSource.AnyPod, false, IpProtocol.UDP, null, Because) { Family = AddressFamily.InterNetworkV6 },
                new(GrantSource.Outsider, false, IpProtocol.Other, null, Because),
                new(GrantSource.Anyone, false, IpProtocol.SCTP, PortRange.Of(9), Because) { Standing = GrantStanding.Conditional },
            ],
            AllowedAddresses = [new(AddressRange.Of(IPNetwork.Parse("10.0.0.0/8")), IpProtocol.SCTP, null, Because), new(AddressRange.IPv6, null, null, Because)],
            DeniedAddresses = [new(new AddressRange(AddressFamily.InterNetwork, 0x0a000001, 0x0a000006), null, null, Because)],
            Exits = [new(IpProtocol.UDP, PortRange.Of(53), Because), new(null, null, Because) { Addresses = AddressRange.Of(IPNetwork.Parse("198.51.100.0/24")) }],
        };

    private static string Print(IptablesRules rules)
    {
        var text = new StringBuilder();
        foreach (var set in rules.Sets.Values)
        {
            text.Append(CultureInfo.InvariantCulture, $"create {set.Name} {set.Type}\n");
            foreach (var element in set.Elements)
                text.Append(CultureInfo.InvariantCulture, $"add {set.Name} {element}{(element.Mark is { } mark ? $" {mark >> 32:x}/{(uint)mark:x} {element.Comment}" : "")}\n");
        }

        foreach (var family in rules.Families)
        {
            text.Append($"\n# {family.Family}\n");
            foreach (var table in family.Tables)
            {
                text.Append(TablePlan.Between(table, new Dictionary<string, System.Collections.Immutable.ImmutableArray<string>>(), SavedTable.Empty).Text());
            }
        }

        return text.ToString();
    }
}
