using System.Globalization;
using System.Net.Sockets;
using Overlay.Api.Wire;
using Overlay.NodeAgent.Rules.Iptables;

namespace Overlay.NodeAgent.Rules;

/// <summary>
/// Translates, while one rule engine takes over from the other, the marks of packets that are on their way through this node at that moment: marked by the one
/// (<see cref="NodeMark"/>, wide) they are judged, or sent, by the other (<see cref="NarrowMark"/>). A table of its own, there from that transaction on and for the
/// moment after it. Pure.
/// </summary>
/// <remarks>
/// The layouts tell themselves apart: a wide mark of a pod has <see cref="NodeMark.AnyPod"/> and neither of the bits 0 to 7, 10 and 12, above them a tag from 16 on;
/// a narrow one has a tag below and flags and notes above, nothing from bit 23 on. Four tags look in one layout like some in the other (0x800, 0x900, 0xa00, 0xb00, that
/// only a cluster of two thousand workloads has, with the flag I): where this node's own pods have such tags, what can not be told apart is dropped.
/// A packet that was denied and waits to be rejected, and one that may have met the judgement of neither engine, is dropped.
/// </remarks>
/// <param name="desired">Settings and senders.</param>
internal sealed class ChangeGuard(RuleState desired)
{
    /// <summary>Its table.</summary>
    internal const string Table = "overlay_change";

    private const string None = $"table inet {Table}\ndelete table inet {Table}\n";

    /// <summary>A wide mark of a pod of a workload; the tag is checked by the second.</summary>
    private const string IsWide = "meta mark & 0x00001cff == 0x00000800 meta mark & 0xfff00000 != 0x0";

    private const string IsWideUnknown = "meta mark & 0xffff1cff == 0x00020000";
    private const string IsDenied = "meta mark & 0x00370000 == 0x00370000";

    /// <summary>Wide tags whose mark looks, on its way into the VTEP, like a narrow one: 16, 24, 80, 88.</summary>
    private bool HasFew => desired.Senders.Any(sender => ((uint)NodeMark.TagOf(sender.Mark).Value & ~0x48u) == 0x10);

    /// <summary>Narrow tags that look like a wide mark's lower half.</summary>
    private bool HasMany => desired.Senders.Any(sender => ((uint)NodeMark.TagOf(sender.Mark).Value & 0x1cff) == 0x800);

    private string Vtep => desired.Settings.Vtep;

    private string Pods => $"{desired.Settings.PodPrefix}*";

    /// <summary>From nftables to iptables: its mangle chains come at -150, what is left of nftables' forward would have come at -10.</summary>
    internal string ToIptables =>
        $$"""
        {{None}}table inet {{Table}} {
        {{Narrowing}}
        chain forward {
        type filter hook forward priority -151; policy accept;
        iifname != "{{Vtep}}" accept
        meta mark & 0xffb70000 == 0x0 accept
        meta mark & 0x000010ff == 0x0 goto narrow
        }
        chain unjudged {
        type filter hook forward priority -9; policy accept;
        iifname { "{{Vtep}}", "{{Pods}}" } {{IsWide}} drop
        }
        chain departing {
        iifname != "{{Pods}}" meta mark set meta mark & {{Hex(~NarrowMark.Mask)}} | {{Hex(NarrowMark.Forwarded)}} accept
        {{(HasMany ? HasFew ? $"{IsWide} drop" : "" : $"{IsWide} goto handed_over")}}
        {{IsWideUnknown}} goto handed_over
        }
        chain handed_over {
        jump narrow
        meta mark set meta mark | {{Hex(NarrowMark.Forwarded)}}
        }
        chain postrouting {
        type filter hook postrouting priority -151; policy accept;
        oifname "{{Vtep}}" iif != 0 goto departing
        oifname "{{Pods}}" meta mark & 0x00001cff == 0x00000800 meta mark & 0xff800000 != 0x0 meta mark set meta mark & 0xffc8ffff
        }
        }

        """;

    /// <summary>From iptables to nftables: its forward comes at -10, after what iptables may have said in mangle; its postrouting at 150.</summary>
    internal string ToNftables =>
        $$"""
        {{None}}table inet {{Table}} {
        {{Senders("senders4", "ipv4_addr", AddressFamily.InterNetwork)}}
        {{Senders("senders6", "ipv6_addr", AddressFamily.InterNetworkV6)}}
        {{Widening}}
        chain forward {
        type filter hook forward priority -11; policy accept;
        iifname "{{Vtep}}" goto arrived
        iifname "{{Pods}}" goto sent
        }
        chain arrived {
        {{IsWide}} accept
        {{IsWideUnknown}} accept
        meta mark & 0xffff1cff == 0x00010000 accept
        meta mark & 0xffff1fff == 0x0 accept
        {{IsDenied}} drop
        meta mark & 0xff800000 != 0x0 drop
        goto widen
        }
        chain sent {
        {{IsWide}} accept
        {{IsWideUnknown}} accept
        {{IsDenied}} drop
        meta mark & 0x00004000 == 0x00004000 meta mark set iifname . ip saddr map @senders4 meta mark set meta mark | 0x00004000 accept
        meta mark & 0x00004000 == 0x00004000 meta mark set iifname . ip6 saddr map @senders6 meta mark set meta mark | 0x00004000 accept
        meta mark set iifname . ip saddr map @senders4 accept
        meta mark set iifname . ip6 saddr map @senders6 accept
        drop
        }
        chain departing {
        {{(HasMany ? HasFew ? $"{IsWide} drop" : $"{IsWide} meta mark & 0xffb70000 != 0x00100000 accept" : $"{IsWide} accept")}}
        {{IsWideUnknown}} accept
        meta mark & {{Hex(NarrowMark.Forwarded)}} == 0x0 drop
        goto widen
        }
        chain postrouting {
        type filter hook postrouting priority 149; policy accept;
        oifname "{{Vtep}}" iifname "{{Pods}}" goto departing
        oifname "{{Pods}}" {{IsDenied}} meta mark & 0x00001cff != 0x00000800 drop
        }
        }

        """;

    /// <summary>Wide to narrow. A tag above 8191 is that of a pod nobody knows.</summary>
    private string Narrowing =>
        $$"""
        chain narrow {
        meta mark & 0xe0000000 != 0x0 goto unknown
        {{Flags((wide, narrow) => $"meta mark & 0x00000300 == {Hex(wide)} meta mark set meta mark >> 16{(narrow == 0 ? "" : $" | {Hex(narrow)}")} return")}}
        }
        chain unknown {
        {{Flags((wide, narrow) => $"meta mark & 0x00000300 == {Hex(wide)} meta mark set {Hex(narrow | RawChains.UnknownTag(desired))} return")}}
        }
        """;

    /// <summary>Narrow to wide, others' bits beside the tag left out.</summary>
    private static string Widening =>
        $$"""
        chain widen {
        meta mark & 0x00001ff0 == 0x0 goto widen_reserved
        {{Flags((wide, narrow) => Widened(narrow, wide | NodeMark.AnyPod))}}
        }
        chain widen_reserved {
        {{Flags((wide, narrow) => Widened(narrow, wide))}}
        }
        """;

    private static string Widened(uint narrow, uint wide) =>
        $"meta mark & 0x00480000 == {Hex(narrow)} meta mark set meta mark & 0x00001fff meta mark set meta mark << 16{(wide == 0 ? "" : $" | {Hex(wide)}")} return";

    private static string Flags(Func<uint, uint, string> rule) =>
        string.Join(
            '\n',
            rule(0, 0),
            rule(NodeMark.Vouched, NarrowMark.Vouched),
            rule(NodeMark.EgressIsolated, NarrowMark.EgressIsolated),
            rule(NodeMark.Vouched | NodeMark.EgressIsolated, NarrowMark.Vouched | NarrowMark.EgressIsolated)
        );

    private string Senders(string name, string type, AddressFamily family)
    {
        var elements = desired.Senders.Where(sender => sender.Address.AddressFamily == family).Select(sender => $"\"{sender.Veth}\" . {sender.Address} : {Hex(sender.Mark)}").ToList();
        return $"map {name} {{ type ifname . {type} : mark; {(elements.Count == 0 ? "" : $"elements = {{ {string.Join(", ", elements)} }};")} }}";
    }

    private static string Hex(uint number) => string.Create(CultureInfo.InvariantCulture, $"0x{number:x8}");
}
