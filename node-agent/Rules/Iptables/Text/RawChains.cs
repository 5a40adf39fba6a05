using System.Net.Sockets;
using Overlay.Api.Wire;

namespace Overlay.NodeAgent.Rules.Iptables;

/// <summary>The chains of the raw table: who sent this, before connection tracking sees it. Pure.</summary>
internal static class RawChains
{
    /// <summary>Writes them.</summary>
    /// <param name="state">Settings and restricted tags are used.</param>
    /// <param name="family">The family.</param>
    internal static IptablesTable Of(RuleState state, AddressFamily family)
    {
        var book = new ChainBook();
        var (settings, v6) = (state.Settings, family == AddressFamily.InterNetworkV6);
        var (pods, nodes) = (SetBook.NameOf("pods", family), SetBook.NameOf("nodes", family));
        book["PREROUTING"].AddRange(
            $"-i {settings.Vtep} {Say.Goto("ARRIVED")}",
            $"-i {settings.PodPrefix}+ {Say.Goto("SENT")}",
            $"-p udp -m udp --dport {settings.Port} -m addrtype --dst-type LOCAL -m set --match-set {nodes} src {Say.Goto("UNTRACKED")}"
        );

        var wide = UnknownTag(state);
        book["ARRIVED"].AddRange(
            Say.Count("arrived", "from other nodes, out of the VTEP"),
            $"{Say.NotMark(0, NarrowMark.OthersOnWire)} {Say.Comment("step 9: a tag above 8191 is not known here")} {Say.SetMark(wide, NarrowMark.OthersOnWire | NarrowMark.TagMask | (wide & NarrowMark.EgressIsolated))}"
        );
        if (v6)
        {
            book["SENT"].Add($"-p ipv6-icmp -m icmp6 --icmpv6-type 134 {Say.Count("advertised", "a pod is no router")} -j DROP");
        }

        book["SENT"].Add($"-m set --match-set {pods} src,src {Say.Count("sent", "by pods, from their own addresses")} -j RETURN");
        if (v6)
        {
            book["SENT"].AddRange(
                $"-s fe80::/10 -p ipv6-icmp -m icmp6 --icmpv6-type 135 {Say.Comment("neighbour discovery ends at this node")} -j RETURN",
                "-s fe80::/10 -p ipv6-icmp -m icmp6 --icmpv6-type 136 -j RETURN",
                $"-p ipv6-icmp -m icmp6 --icmpv6-type 143 {Say.Comment("every interface says these two; not worth a count")} -j DROP",
                "-p ipv6-icmp -m icmp6 --icmpv6-type 133 -j DROP"
            );
        }

        if (TellingChains.Spoofed(settings.Logging) is { } tell)
        {
            book["SENT"].Add(tell);
        }

        book["SENT"].Add($"{Say.Count("spoofed", "the source is not the pod's own")} -j DROP");
        book["OUTPUT"].Add($"-p udp -m udp --dport {settings.Port} -m set --match-set {nodes} dst {Say.Goto("OUTER")}");
        book["OUTER"].AddRange($"-o {settings.Vtep} -j RETURN", $"-o {settings.PodPrefix}+ -j RETURN", Say.Goto("UNTRACKED"));

        // An answer to what a pod asked a node must meet connection tracking, which brings it back to the pod, even if somebody's source NAT chose the VXLAN port.
        book["UNTRACKED"].Add($"-m set --match-set {SetBook.NameOf(IpSet.Asked, family)} src,src -j RETURN");
        book["UNTRACKED"].AddRange($"{Say.Comment("steps 6-8: VXLAN between nodes carries no mark and is not tracked")} -j MARK --set-xmark 0x0/0xffffffff", "-j NOTRACK");
        return book.Close("raw");
    }

    /// <summary>The mark for a tag above 8191: that of a pod nobody knows here; if any such tag is restricted, all of them are.</summary>
    internal static uint UnknownTag(RuleState state) =>
        Tag.UnknownPod.Value | (state.RestrictedTags.Any(tag => tag > Tag.LastNarrow) ? NarrowMark.EgressIsolated : 0);
}
