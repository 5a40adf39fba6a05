using System.Net.Sockets;
using Overlay.Api.Network;
using Overlay.Api.Wire;

namespace Overlay.NodeAgent.Rules.Iptables;

/// <summary>The chains of the mangle table that are the same whatever the policies: where a packet comes from, what becomes of it. Pure.</summary>
/// <remarks>
/// Judged is in mangle, not in filter: others put accepting rules first in filter's FORWARD (kube-proxy does) and would pass our judgement by, while their
/// drops there keep their force over what we let through. Only rejecting is done in filter, since the kernel has it nowhere else; what is not rejected
/// there is dropped in POSTROUTING.
/// </remarks>
/// <param name="book">The mangle table's chains.</param>
/// <param name="settings">The settings.</param>
/// <param name="family">The family.</param>
internal sealed class StaticChains(ChainBook book, RuleSettings settings, AddressFamily family)
{
    internal const string OtherProtocol = "OTHER";
    internal const string Known = "KNOWN";
    internal const string Flags = "FLAGS";
    internal const string Judge = "JUDGE";
    internal const string Answer = "ANSWER";
    internal const string Leave = "LEAVE";
    internal const string Returned = "RETURNED";
    internal const string Pass = "PASS";
    internal const string Allowed = "ALLOWED";
    internal const string Denied = "DENIED";
    internal const string Vouch = "VOUCH";
    internal const string AnswerDenied = "ANSWER-DENIED";
    internal const string Left = "LEFT";
    internal const string ExitDenied = "EXIT-DENIED";
    internal const string ReturnDenied = "RETURN-DENIED";
    internal const string PodPass = "POD-PASS";
    internal const string Outsider = "OUTSIDER";
    internal const string FromPod = "FROM-POD";
    private const string FromVtep = "FROM-VTEP";
    private const string FromElsewhere = "FROM-ELSEWHERE";
    private const string Deny = "DENY";
    private const string Onward = "ONWARD";

    internal const string Reply = "-m conntrack --ctdir REPLY";

    private string ToPods => $"-o {settings.PodPrefix}+";

    private string ToVtep => $"-o {settings.Vtep}";

    private string Sets(string name) => SetBook.NameOf(name, family);

    /// <summary>Writes them.</summary>
    internal void Write()
    {
        WriteForward();
        WriteOutcomes();
        WritePostrouting();
        WriteThisNode();
        book[OtherProtocol].AddRange(Say.SetMark(NarrowMark.OtherProtocol, NarrowMark.OtherProtocol));
        foreach (var named in (string[])["tcp", "udp", "sctp", "icmp", "ipv6-icmp"])
        {
            book[OtherProtocol].Add($"-p {named} {Say.SetMark(0, NarrowMark.OtherProtocol)}");
        }
    }

    private void WriteForward()
    {
        book["FORWARD"].AddRange(
            $"-i {settings.Vtep} {Say.Goto(FromVtep)}",
            $"-i {settings.PodPrefix}+ {Say.Goto(FromPod)}",
            $"{ToPods} {Say.Goto(FromElsewhere)}",
            $"{ToVtep} {Say.Goto(FromElsewhere)}"
        );

        // Marked here and not in PREROUTING: nobody's mark rules come in between, nor a change of rule engine.
        var guard = $"! {ToPods} -p udp -m udp";
        book[FromPod].AddRange(
            $"{Say.Comment("step 3: a pod nobody knows, until the set says whose packet it is")} {Say.SetMark(Tag.UnknownPod.Value, NarrowMark.Mask)}",
            $"-j SET --map-set {Sets("pods")} src,src --map-mark",
            $"{guard} --dport {settings.Port} {Say.Goto("GUARD")}",
            $"{guard} --sport {settings.Port} {Say.Goto("GUARD")}",
            $"{guard} -m conntrack --ctrepldstport {settings.Port} {Say.Goto("GUARD")}",
            Say.Goto("POD")
        );
        book["GUARD"].AddRange(
            $"{ToVtep} {Say.Goto("POD")}",
            $"{Say.Count("forged", "a tag is a credential: pods send no VXLAN to nodes, and have none reflected")} -j DROP"
        );
        book["POD"].AddRange([
            .. Errors(Say.Goto(PodPass)),
            $"{ClientMemory.Answers} {Say.Goto(Answer)}",
            $"{ClientMemory.AnswersFirst} {Say.Goto(Answer)}",
            $"{ToVtep} {Say.Comment("the destination's node judges")} {Say.Goto(PodPass)}",
            $"! {ToPods} {Say.Goto(Leave)}",
            $"-m set --match-set {Sets("pods")} dst,src {Say.Comment("to the pod that sends it, through a Service")} -j RETURN",
            Say.Goto(Judge),
        ]);
        book[PodPass].AddRange($"{ToVtep} {Say.SetMark(NarrowMark.Forwarded, NarrowMark.Forwarded)}", $"! {ToVtep} {Say.SetMark(0, NarrowMark.Mask)}");
        book[FromVtep].AddRange([
            .. Errors(Say.Goto(Onward)),
            $"! {ToPods} -p udp -m udp --dport {settings.Port} {Say.Count("forged", "a pod's reply must not end in a node's VTEP")} -j DROP",
            $"{Say.Mark(NarrowMark.Vouched, NarrowMark.Vouched)} {Reply} {Say.Comment("the replying pod's node judged and vouches")} {Say.Goto(Onward)}",
            $"! {ToPods} {Say.Count("turned_away", "no transit")} -j DROP",
            $"{Reply} {Say.Count("unvouched", "both sent at once, or the other's state is lost: judged as a question")}",
            Say.Goto(Judge),
        ]);
        book[FromElsewhere].AddRange([
            $"-m set --match-set {Sets("pools")} src {Say.Count("strayed", "a pod's address that comes from elsewhere")} -j DROP",
            $"{ToVtep} {Say.Goto(Outsider)}",
            .. Errors("-j RETURN"),
            $"{Reply} {Say.Goto(Returned)}",
            Say.SetMark(0, NarrowMark.Mask),
            Say.Goto(Judge),
        ]);
        book[Onward].Add($"{ToVtep} {Say.Goto(Outsider)}");
        book[Outsider].Add($"{Say.Comment("goes on as tag 0, the destination's node judges")} {Say.SetMark(NarrowMark.Forwarded, NarrowMark.Mask)}");
    }

    private void WriteOutcomes()
    {
        const uint judged = NodeMark.Judged | NodeMark.ClientIsResponder;
        book["CLIENT"].AddRange(ClientMemory.Write);
        book[Allowed].AddRange(
            Say.Rule(Say.Count("allowed", "the connection remembers its client: tag, flags, which side it is, judged"), Say.Call("CLIENT")),
            $"{Reply} {Say.Comment("the server's own packet came first")} {ClientMemory.Set(judged, judged)}",
            $"-m conntrack --ctdir ORIGINAL {ClientMemory.Set(NodeMark.Judged, judged)}"
        );
        book[Denied].AddRange(
            Say.Count("denied", "to a pod here"),
            $"{ClientMemory.IsJudged} {Say.Comment("its client may have a new tag or flag: the server is judged by that, too")} {Say.Call("CLIENT")}",
            Say.Goto(Deny)
        );
        book[Vouch].AddRange(
            $"{Say.Count("vouched", "a reply that is still allowed; back to its sender's own tag")} {Say.SetMark(Tag.UnknownPod.Value, NarrowMark.Mask)}",
            $"-j SET --map-set {Sets("pods")} src,src --map-mark",
            $"{ToVtep} {Say.SetMark(NarrowMark.Vouched | NarrowMark.Forwarded, NarrowMark.Vouched | NarrowMark.Forwarded)}",
            $"! {ToVtep} {Say.SetMark(0, NarrowMark.Mask)}"
        );
        book[AnswerDenied].AddRange(Say.Count("answers_denied", "of a connection that is no longer allowed"), Say.Goto(Deny));
        book[Left].Add($"-p udp -m set --match-set {Sets("nodes")} dst {Say.Comment("whoever it asks of the nodes: answers are tracked, whatever port source NAT chose")} -j SET --add-set {Sets(IpSet.Asked)} dst,dst --exist");
        book[Left].Add($"{Say.Count("left", "out of the overlay, our bits end here")} {Say.SetMark(0, NarrowMark.Mask)}");
        book[ExitDenied].AddRange(Say.Count("exits_denied", "from a pod here out of the overlay"), Say.Goto(Deny));
        book[ReturnDenied].Add($"{Say.Count("answers_denied", "from outside, to a pod that may no longer ask")} -j DROP");
        book[Pass].Add("-j RETURN");
        book[Deny].AddRange(
            settings.DenyAction == DenyAction.Drop
                ? ["-j DROP"]
                :
                [
                    $"-m conntrack --ctstate INVALID {Say.Comment("a reset for it could end a connection that is not denied")} -j DROP",
                    $"{Say.Comment("rejected in filter")} {Say.SetMark(NarrowMark.Denied, NarrowMark.Denied)}",
                ]
        );
    }

    private void WritePostrouting()
    {
        if (settings.DenyAction != DenyAction.Drop)
        {
            book["POSTROUTING"].Add($"{Say.Mark(NarrowMark.Denied, NarrowMark.Denied)} {Say.Comment("accepted by somebody before we could reject it")} -j DROP");
        }

        book["POSTROUTING"].Add($"{ToVtep} {Say.Comment("step 5: tag and flags become the GBP field")} {Say.Goto("INTO-VTEP")}");

        // kube-proxy's 0x4000 is needed by nat POSTROUTING, which only a connection's first packet meets; all other bits that would travel go here.
        book["INTO-VTEP"].AddRange(
            Say.SetMark(0, NarrowMark.OthersOnWire & ~NatChains.KubeProxyMasquerade),
            $"-m conntrack --ctstatus CONFIRMED {Say.SetMark(0, NatChains.KubeProxyMasquerade)}",
            $"-m conntrack --ctstate INVALID,UNTRACKED {Say.SetMark(0, NatChains.KubeProxyMasquerade)}",
            $"{Say.Mark(NarrowMark.Forwarded, NarrowMark.Forwarded)} {Say.Goto("ENCAPSULATE")}",
            $"-p tcp -m tcp --tcp-flags RST RST -m set --match-set {Sets("pools")} src -m addrtype ! --src-type LOCAL {Say.Comment("a reset that this node sends for a pod it denied")} {Say.Goto("RESET")}",
            $"{Say.Comment("this node itself: tag 1, whatever mark a process asked for")} {Say.SetMark(Tag.Node.Value, NarrowMark.Mask)}"
        );
        book["RESET"].Add(Say.SetMark(Tag.Node.Value | NarrowMark.Vouched, NarrowMark.Mask));
        book["ENCAPSULATE"].AddRange(
            $"{Say.NotMark(0, NarrowMark.TagMask)} {Say.Count("encapsulated", "of pods, to other nodes")}",
            Say.SetMark(0, NarrowMark.Denied)
        );
    }

    private void WriteThisNode()
    {
        book["OUTPUT"].Add($"{Say.Mark(NarrowMark.Forwarded, NarrowMark.Forwarded)} {Say.Comment("no process passes for a pod")} {Say.SetMark(0, NarrowMark.Forwarded)}");
        book["INPUT"].AddRange($"-i {settings.Vtep} {Say.Goto("TO-NODE")}", $"-p udp -m udp --dport {settings.Port} {Say.Goto("VXLAN")}");
        if (family == AddressFamily.InterNetwork)
        {
            book["INPUT"].Add($"-i {settings.PodPrefix}+ -d 127.0.0.0/8 {Say.Comment("CVE-2020-8558")} {Say.Goto("LOOPBACK")}");
            book["LOOPBACK"].AddRange($"{Reply} -m conntrack --ctstate DNAT -j RETURN", $"{Say.Count("spoofed", "a pod reaches no loopback address of the node")} -j DROP");
        }

        book["TO-NODE"].AddRange([
            $"{Say.Mark(NarrowMark.Vouched, NarrowMark.Vouched)} {Reply} -j RETURN",
            .. Errors("-j RETURN"),
            $"{Say.Count("turned_away", "the overlay reaches no service of a node")} -j DROP",
        ]);
        book["VXLAN"].AddRange(
            $"-i {settings.PodPrefix}+ {Say.Count("forged", "from a pod")} -j DROP",
            $"-m conntrack --ctstate UNTRACKED {Say.Comment("for this port from the start, from a node")} -j RETURN",
            $"-m conntrack --ctstate DNAT {Say.Count("forged", "translated to this port")} -j DROP",
            $"-m conntrack --ctdir ORIGINAL -m set --match-set {Sets("nodes")} src {Say.Comment("from a node's port that a pod asked something else: no answer to that")} -j RETURN",
            $"{Say.Count("forged", "from elsewhere")} -j DROP"
        );
    }

    /// <summary>Errors about a connection pass both ways, path MTU needs them.</summary>
    private IEnumerable<string> Errors(string action) =>
        (family == AddressFamily.InterNetwork ? (string[])["-p icmp -m icmp --icmp-type 3", "-p icmp -m icmp --icmp-type 11", "-p icmp -m icmp --icmp-type 12"]
            : ["-p ipv6-icmp -m icmp6 --icmpv6-type 1", "-p ipv6-icmp -m icmp6 --icmpv6-type 2", "-p ipv6-icmp -m icmp6 --icmpv6-type 3", "-p ipv6-icmp -m icmp6 --icmpv6-type 4"])
        .Select(match => $"{match} -m conntrack --ctstate RELATED {action}");
}
