using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Overlay.Api.Policies;
using Overlay.Api.Wire;
using Overlay.NodeAgent.Rules;
using Overlay.NodeAgent.Rules.Nftables;
using Overlay.NodeAgent.Tests.Rules.Bed;
using Overlay.Policy;

namespace Overlay.NodeAgent.Tests.Rules.Pure;

/// <summary>Which keys say what of the verdict table (the rules' side of it: judgement.nft).</summary>
public sealed class GrantElementTests
{
    private static readonly Reasons Because = BedPod.Because("p", PolicyType.Ingress);
    private static readonly WorkloadKey Cart = new("shop", "app=cart");
    private static readonly Grant Http = new(GrantSource.Of(new Tag(42)), false, IpProtocol.TCP, PortRange.Of(80), Because);

    [Fact]
    public void Kinds_have_keys_of_their_own_where_tags_are_judged_otherwise() =>
        Keys(new LocalWorkload(10001, Cart) { Particular = [new Tag(43)], Grants = [Http, Http with { Source = GrantSource.Anyone }] }).Should().BeEquivalentTo(
            "workloads 10001", "seldom 10001", "particular 10001 . 0x002b0000",
            "grants 10001 . 0x002a0000 . 6 . 80", "grants 10001 . 0x00000001 . 6 . 80", "grants 10001 . 0x00000801 . 6 . 80");

    [Fact]
    public void To_a_wary_workload_strangers_have_what_tag_2_and_outsiders_have() =>
        Keys(new LocalWorkload(10001, Cart) { Wary = true, Grants = [Http, Http with { Source = GrantSource.Of(Tag.UnknownPod), Ports = PortRange.Of(81) }, Http with { Source = GrantSource.Outsider, Ports = PortRange.Of(82) }] })
            .Where(key => key.Contains("0x0002", StringComparison.Ordinal)).Should().BeEquivalentTo(
                "grants 10001 . 0x00020000 . 6 . 81", "grants_ranges 10001 . 0x00020008 . 2-10 . 6 . 81", "grants_ranges 10001 . 0x00020008 . 2-10 . 6 . 82");

    [Fact]
    public void Unless_tag_2_is_particular() =>
        Keys(new LocalWorkload(10001, Cart) { Wary = true, Particular = [Tag.UnknownPod], Grants = [Http with { Source = GrantSource.Anyone }] })
            .Should().NotContain(key => key.StartsWith("grants_ranges", StringComparison.Ordinal));

    [Fact]
    public void A_plain_grant_waits_for_addresses_where_some_are_denied_a_firm_one_never() =>
        Keys(new LocalWorkload(10001, Cart)
        {
            Grants = [Http, Http with { Standing = GrantStanding.Firm, Ports = PortRange.Of(81) }, Http with { Standing = GrantStanding.Conditional, Ports = PortRange.Of(82), Flagged = true }],
            DeniedAddresses = [new AddressGrant(Range("10.0.0.0/8"), null, null, Because)],
            AllowedAddresses = [new AddressGrant(Range("fd00::/16"), IpProtocol.TCP, PortRange.Of(82), Because)],
        }).Should().BeEquivalentTo(
            "workloads 10001", "seldom 10001", "by_address 10001",
            "grants 10001 . 0x002a0000 . 6 . 81",
            "grants_ranges 10001 . 0x002a0002 . 2-10 . 6 . 80",
            "grants_ranges 10001 . 0x002a0204 . 2-10 . 6 . 82",
            "addresses4 10001 . 0x00000001 . 10.0.0.0-10.255.255.255 . 0-255 . 0-65535",
            "addresses6 10001 . 0x00000002 . fd00::-fd00:ffff:ffff:ffff:ffff:ffff:ffff:ffff . 6 . 82");

    [Fact]
    public void Addresses_that_no_grant_waits_for_cost_nothing() =>
        Keys(new LocalWorkload(10001, Cart) { Grants = [Http], AllowedAddresses = [new AddressGrant(Range("10.0.0.0/8"), null, null, Because)] })
            .Should().BeEquivalentTo("workloads 10001", "grants 10001 . 0x002a0000 . 6 . 80");

    [Fact]
    public void Addresses_that_overlap_are_cut() =>
        Keys(new LocalWorkload(10001, Cart)
        {
            Exits = [new Exit(IpProtocol.TCP, null, Because) { Addresses = Range("10.0.0.0/30") }, new Exit(IpProtocol.UDP, PortRange.Of(53), Because) { Addresses = Range("10.0.0.2/31") }],
        }).Should().BeEquivalentTo(
            "workloads 10001", "exits_by_address 10001",
            "addresses4 10001 . 0x00000004 . 10.0.0.0-10.0.0.1 . 6 . 0-65535",
            "addresses4 10001 . 0x00000004 . 10.0.0.2-10.0.0.3 . 6 . 0-65535",
            "addresses4 10001 . 0x00000004 . 10.0.0.2-10.0.0.3 . 17 . 53");

    [Fact]
    public void A_family_is_named_only_where_the_other_differs() =>
        Keys(new LocalWorkload(10001, Cart)
        {
            Grants =
            [
                Http with { Family = AddressFamily.InterNetwork },
                Http with { Family = AddressFamily.InterNetworkV6 },
                Http with { Family = AddressFamily.InterNetworkV6, Protocol = IpProtocol.UDP },
            ],
        }).Where(key => key.StartsWith("grants", StringComparison.Ordinal)).Should().BeEquivalentTo(
            "grants_ranges 10001 . 0x002a0000 . 2-10 . 6 . 80", "grants_ranges 10001 . 0x002a0000 . 10 . 17 . 80");

    [Fact]
    public void Other_protocols_are_the_numbers_between_those_that_have_names() =>
        Keys(new LocalWorkload(10001, Cart) { Grants = [Http with { Protocol = IpProtocol.Other, Ports = null }] })
            .Where(key => key.StartsWith("grants", StringComparison.Ordinal)).Should().BeEquivalentTo(
                new[] { "0", "2-5", "7-16", "18-57", "59-131", "133-255" }.Select(numbers => $"grants_ranges 10001 . 0x002a0000 . 2-10 . {numbers} . 0-65535"));

    [Theory]
    [InlineData(IpProtocol.ICMP, 8, 0)]
    [InlineData(IpProtocol.ICMP, 13, 14)]
    [InlineData(IpProtocol.ICMP, 15, 16)]
    [InlineData(IpProtocol.ICMP, 17, 18)]
    [InlineData(IpProtocol.ICMPv6, 128, 129)]
    [InlineData(IpProtocol.ICMPv6, 139, 140)]
    public void What_is_granted_of_ICMP_is_looked_up_for_answers_by_their_own_type(IpProtocol protocol, byte request, byte reply) =>
        Keys(new LocalWorkload(10001, Cart) { Grants = [Http with { Protocol = protocol, Ports = new PortRange(IpProtocols.IcmpKey(request, 0), IpProtocols.IcmpKey(request, 9)) }] })
            .Where(key => key.StartsWith("grants", StringComparison.Ordinal)).Should().BeEquivalentTo(
                $"grants_ranges 10001 . 0x002a0020 . 2-10 . {(byte)protocol} . {request << 8}-{(request << 8) + 9}",
                $"grants_ranges 10001 . 0x002a0010 . 2-10 . {(byte)protocol} . {reply << 8}-{(reply << 8) + 9}");

    [Fact]
    public void Everything_of_every_protocol_is_one_interval() =>
        PortCells.Of([(null, null, "a"), (IpProtocol.TCP, PortRange.Of(80), "b")]).Should().Equal((new PortCell(0, 255, PortRange.Whole, 0), "a"));

    [Fact]
    public void A_grant_that_waits_for_addresses_comes_after_new_denials_and_is_away_meanwhile()
    {
        LocalWorkload Workload(params string[] denied) =>
            new(10001, Cart)
            {
                Grants = [Http, Http with { Standing = GrantStanding.Firm, Ports = PortRange.Of(81) }],
                DeniedAddresses = [.. denied.Select(network => new AddressGrant(Range(network), null, null, Because))],
            };
        var (before, after) = (WorkloadElements.Of(Workload("10.0.0.0/8")), WorkloadElements.Of(Workload("10.0.0.0/8", "192.168.0.0/16")));

        var plan = ElementPlan.Between(before, after).InOrder(after);

        Keys(plan.Add).Should().Equal("addresses4 10001 . 0x00000001 . 192.168.0.0-192.168.255.255 . 0-255 . 0-65535");
        Keys(plan.Remove).Should().Equal("grants_ranges 10001 . 0x002a0002 . 2-10 . 6 . 80");
        Keys(plan.Late).Should().Equal("grants_ranges 10001 . 0x002a0002 . 2-10 . 6 . 80");

        var back = ElementPlan.Between(after, before).InOrder(before);
        back.Late.Should().BeEmpty("what is no longer denied is so at once, with all the rest");
    }

    [Fact]
    public void Tags_are_looked_at_256_at_a_time()
    {
        var state = new RuleState { Settings = new RuleSettings(), KnownTags = [.. Enumerable.Range(16, 1000).Select(tag => new Tag((ushort)tag))] };
        var before = ElementSlot.Of(state, new Dictionary<string, ElementSlot>());
        var after = ElementSlot.Of(state with { KnownTags = [.. state.KnownTags, new Tag(2000)] }, before);

        before.Should().HaveCount(4);
        after.Values.Except(before.Values).Should().ContainSingle();
        Keys(ElementPlan.Between(before, after).Add).Should().Equal("known 0x07d00000");
    }

    [Fact]
    public void Grants_that_no_packet_can_meet_are_left_out()
    {
        var table = new VerdictTable
        {
            KnownTags = [new Tag(42)],
            Destinations = [new Destination(Cart) { IsWary = true, Grants = [Http, Http with { Source = GrantSource.Of(new Tag(99)) }, Http with { Source = GrantSource.Of(new Tag(99)), Flagged = true }, Http with { Source = GrantSource.AnyPod, Flagged = true }] }],
        };

        RuleCompilation.Compile(new RuleInputs { Table = table }, new Dictionary<WorkloadKey, uint> { [Cart] = 10001 }).Workloads.Single().Grants
            .Should().Equal(Http, Http with { Source = GrantSource.Of(new Tag(99)), Flagged = true });
    }

    private static AddressRange Range(string network) => AddressRange.Of(IPNetwork.Parse(network));

    private static IEnumerable<string> Keys(LocalWorkload workload) => Keys(WorkloadElements.Of(workload));

    private static IEnumerable<string> Keys(ImmutableArray<PlacedElement> elements) =>
        elements.Select(element => $"{element.Set.Name} {ElementText.Of(element.Set, element.Element).Split(" comment")[0]}");
}
