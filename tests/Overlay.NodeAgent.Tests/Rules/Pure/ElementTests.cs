using System.Net;
using System.Net.NetworkInformation;
using FsCheck;
using FsCheck.Fluent;
using Overlay.Api.Objects;
using Overlay.Api.Policies;
using Overlay.Api.Wire;
using Overlay.NodeAgent.Rules;
using Overlay.NodeAgent.Rules.Nftables;
using Overlay.Policy;

namespace Overlay.NodeAgent.Tests.Rules.Pure;

public sealed class ElementTests
{
    private static readonly Reasons Because = Reasons.Of(new RuleReference(new PolicyName(PolicyKind.OverlayPolicy, new ObjectKey("shop", "front")), PolicyType.Ingress, 0));
    private static readonly WorkloadKey Cart = new("shop", "app=cart");

    [Fact]
    public void A_workload_becomes_elements_that_read_well()
    {
        var workload = new LocalWorkload(10001, Cart)
        {
            Free = true,
            Grants =
            [
                new(GrantSource.Of(new Tag(42)), false, IpProtocol.TCP, PortRange.Of(80), Because),
                new(GrantSource.Of(new Tag(42)), true, IpProtocol.TCP, null, Because),
                new(GrantSource.AnyPod, false, IpProtocol.UDP, new PortRange(8000, 8010), Because),
                new(GrantSource.Anyone, false, null, null, Because),
            ],
        };

        Texts(workload).Should().BeEquivalentTo(
            "workloads 10001 comment \"shop{app=cart}\"",
            "free 10001 comment \"shop{app=cart}\"",
            "grants 10001 . 0x002a0000 . 6 . 80 comment \"shop/front ingress[0]\"",
            "grants_protocol 10001 . 0x002a0200 . 6 comment \"shop/front ingress[0]\"",
            "grants_ranges 10001 . 0x00000801 . 2-10 . 17 . 8000-8010 comment \"shop/front ingress[0]\"",
            "seldom 10001 comment \"shop{app=cart}\"",
            "grants_all 10001 . 0x00000000 comment \"shop/front ingress[0]\"",
            "grants_all 10001 . 0x00000800 comment \"shop/front ingress[0]\"");
    }

    [Fact]
    public void Exits_have_no_source() =>
        Texts(new LocalWorkload(10001, Cart)
        {
            Open = true,
            Exits = [new(IpProtocol.UDP, PortRange.Of(53), Because), new(IpProtocol.TCP, null, Because), new(IpProtocol.SCTP, new PortRange(1, 9), Because), new(null, null, Because)],
        }).Select(text => text.Split(" comment")[0]).Should().BeEquivalentTo(
            "workloads 10001", "open 10001", "exits 10001 . 17 . 53", "exits_protocol 10001 . 6", "exits_all 10001", "exits_by_address 10001",
            "addresses4 10001 . 0x00000004 . 0.0.0.0-255.255.255.255 . 132 . 1-9",
            "addresses6 10001 . 0x00000004 . ::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff . 132 . 1-9");

    [Fact]
    public void Ranges_for_any_pod_and_for_anyone_that_overlap_are_one_interval() =>
        Texts(new LocalWorkload(10001, Cart)
        {
            Grants =
            [
                new(GrantSource.AnyPod, false, IpProtocol.TCP, new PortRange(80, 90), Because),
                new(GrantSource.Anyone, false, IpProtocol.TCP, new PortRange(85, 95), Because),
                new(GrantSource.Anyone, false, IpProtocol.TCP, new PortRange(96, 99), Because),
            ],
        }).Where(text => text.StartsWith("grants_ranges", StringComparison.Ordinal)).Select(text => text.Split(" comment")[0]).Should().BeEquivalentTo(
            "grants_ranges 10001 . 0x00000001 . 2-10 . 6 . 85-95", "grants_ranges 10001 . 0x00000001 . 2-10 . 6 . 96-99",
            "grants_ranges 10001 . 0x00000801 . 2-10 . 6 . 80-95", "grants_ranges 10001 . 0x00000801 . 2-10 . 6 . 96-99");

    [Fact]
    public void A_sender_is_bound_to_veth_MAC_and_address()
    {
        var state = State() with
        {
            Senders =
            [
                new("ovp1", PhysicalAddress.Parse("ee:ee:0a:ff:01:04"), IPAddress.Parse("10.255.1.4"), NodeMark.Of(new Tag(42), true), "shop/\"front\"\n"),
                new("ovp1", PhysicalAddress.Parse("ee:ee:0a:ff:01:04"), IPAddress.Parse("fd00:255::4"), NodeMark.Of(Tag.UnknownPod, false), "x"),
            ],
            HostPorts =
            [
                new(IPAddress.Any, IpProtocol.TCP, 8080, IPAddress.Parse("10.255.1.4"), 80, "shop/front"),
                new(IPAddress.Parse("fd00::1"), IpProtocol.UDP, 53, IPAddress.Parse("fd00:255::4"), 5353, "shop/dns"),
            ],
            RestrictedTags = [new Tag(43)],
            Underlay = [IPAddress.Parse("192.168.50.1"), IPAddress.Parse("192.168.50.2"), IPAddress.Parse("fd00::1"), IPAddress.Parse("fd00::2")],
            OwnUnderlay = [IPAddress.Parse("192.168.50.1"), IPAddress.Parse("fd00::1")],
        };

        ElementSlot.Of(state, new Dictionary<string, ElementSlot>()).Values.SelectMany(slot => slot.Elements).Select(Text).Should().BeEquivalentTo(
            "senders4 \"ovp1\" . ee:ee:0a:ff:01:04 . 10.255.1.4 comment \"shop/?front??\" : 0x002a0a00",
            "senders6 \"ovp1\" . ee:ee:0a:ff:01:04 . fd00:255::4 comment \"x\" : 0x00020000",
            "itself \"ovp1\" . \"ovp1\"",
            "hostports4 0.0.0.0 . 6 . 8080 comment \"shop/front\" : 10.255.1.4 . 80",
            "hostports6 fd00::1 . 17 . 53 comment \"shop/dns\" : fd00:255::4 . 5353",
            "restricted 0x002b0000 comment \"tag 43\"",
            "tunnels4 192.168.50.2 . 192.168.50.1",
            "tunnels6 fd00::2 . fd00::1");
    }

    [Fact]
    public void What_did_not_change_is_not_looked_at()
    {
        var before = ElementSlot.Of(State(1, 2, 3), new Dictionary<string, ElementSlot>());
        var after = ElementSlot.Of(State(1, 2, 4), before);

        after["workload 10001"].Should().BeSameAs(before["workload 10001"]);
        ElementPlan.Between(before, after).Remove.Select(Text).Should().OnlyContain(text => text.Contains("10003", StringComparison.Ordinal));
        ElementPlan.Between(before, after).Add.Select(Text).Should().OnlyContain(text => text.Contains("10004", StringComparison.Ordinal));
        ElementPlan.Between(before, ElementSlot.Of(State(1, 2, 3), before)).IsEmpty.Should().BeTrue();
    }

    /// <summary>Whatever was there and whatever is wanted: after the plan it is there, and nothing that stays was touched.</summary>
    [Fact]
    public void A_plan_leads_to_what_is_wanted() =>
        Prop.ForAll<(byte, byte)[], (byte, byte)[]>((from, to) =>
        {
            var (actual, desired) = (Elements(from), Elements(to));
            var plan = ElementPlan.Between(actual.Values, desired.Values);
            var result = actual.Values.Except(plan.Remove).Concat(plan.Add).ToHashSet();
            return result.SetEquals(desired.Values) && !plan.Remove.Intersect(desired.Values).Any() && !plan.Add.Intersect(actual.Values).Any();
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Turning_a_range_key_twice_gives_it_back()
    {
        var range = WorkloadElements.Of(new LocalWorkload(10001, Cart) { Grants = [new(GrantSource.Of(new Tag(42)), true, IpProtocol.TCP, new PortRange(80, 90), Because)] })
            .Single(element => element.Set == ElementSet.GrantsRanges);

        var turned = RangeKeys.Turn(range.Set, range.Element);

        Convert.ToHexString(range.Element.Key.Bytes).Should().Be("1127000000022A00020000000600000000500000");
        Convert.ToHexString(turned.Key.Bytes).Should().Be("00002711002A0200020000000600000000500000");
        RangeKeys.Turn(range.Set, turned).Should().Be(range.Element);
    }

    private static Dictionary<(string, Netlink.NfTables.NfValue, Netlink.NfTables.NfValue?), PlacedElement> Elements((byte Port, byte Reason)[] grants)
    {
        var elements = new Dictionary<(string, Netlink.NfTables.NfValue, Netlink.NfTables.NfValue?), PlacedElement>();
        foreach (var (port, reason) in grants)
        {
            var because = Reasons.Of(new RuleReference(new PolicyName(PolicyKind.OverlayPolicy, new ObjectKey("shop", $"p{reason % 3}")), PolicyType.Ingress, 0));
            var element = WorkloadElements.Of(new LocalWorkload(10001, Cart) { Grants = [new(GrantSource.AnyPod, false, IpProtocol.TCP, PortRange.Of((ushort)(1 + (port % 8))), because)] })
                .Single(one => one.Set == ElementSet.Grants);
            elements[element.Identity] = element;
        }

        return elements;
    }

    private static RuleState State(params int[] workloads) =>
        new()
        {
            Settings = new RuleSettings(),
            Workloads =
            [
                .. workloads.Select(number => new LocalWorkload(10000 + (uint)number, new WorkloadKey("shop", $"app={number}"))
                {
                    Grants = [new(GrantSource.AnyPod, false, IpProtocol.TCP, PortRange.Of(80), Because)],
                }),
            ],
        };

    private static IEnumerable<string> Texts(LocalWorkload workload) => WorkloadElements.Of(workload).Select(Text);

    private static string Text(PlacedElement element) => $"{element.Set.Name} {ElementText.Of(element.Set, element.Element)}";
}
