using Overlay.Api.Wire;

namespace Overlay.NodeAgent.Rules.Iptables;

/// <summary>
/// What a connection remembers of its client, in its mark, laid out as on every node (<see cref="NodeMark"/>): so a node that changes its rule engine
/// goes on with the connections that it has. Pure.
/// </summary>
/// <remarks>
/// iptables can not write tag and flags in one step, and the server may answer in between: what makes the judgement stricter is written before the tag,
/// what makes it milder after, the judged bit last. So a half-written mark allows no more than the old one or the new one.
/// </remarks>
internal static class ClientMemory
{
    /// <summary>The connection was judged here.</summary>
    internal static readonly string IsJudged = $"-m connmark --mark {Bits(NodeMark.Judged, NodeMark.Judged)}";

    /// <summary>The server answers, and conntrack takes its side for the responder's.</summary>
    internal static readonly string Answers = $"-m connmark --mark {Bits(NodeMark.Judged, NodeMark.Judged | NodeMark.ClientIsResponder)} {StaticChains.Reply}";

    /// <summary>The server answers, whose own packet came first.</summary>
    internal static readonly string AnswersFirst =
        $"-m connmark --mark {Bits(NodeMark.Judged | NodeMark.ClientIsResponder, NodeMark.Judged | NodeMark.ClientIsResponder)} -m conntrack --ctdir ORIGINAL";

    private const uint HighestNarrow = (uint)NarrowMark.TagMask << NodeMark.TagShift;

    private static readonly string IsIsolated = Say.Mark(NarrowMark.EgressIsolated, NarrowMark.EgressIsolated);
    private static readonly string IsNotIsolated = Say.Mark(0, NarrowMark.EgressIsolated);
    private static readonly string IsOfWorkload = Say.NotMark(0, NarrowMark.WorkloadMask);
    private static readonly string IsOfNoWorkload = Say.Mark(0, NarrowMark.WorkloadMask);

    /// <summary>Rules that write the client of the packet, the tag and flags in its mark, into the connection.</summary>
    internal static IEnumerable<string> Write =>
    [
        $"{IsIsolated} {Set(NodeMark.EgressIsolated, NodeMark.EgressIsolated)}",
        $"{IsOfNoWorkload} {Set(0, NodeMark.AnyPod)}",
        $"-j CONNMARK --save-mark --nfmask {Say.Hex(NarrowMark.TagMask)} --ctmask {Say.Hex(NodeMark.TagMask)} --left-shift-mark {NodeMark.TagShift}",
        $"{IsNotIsolated} {Set(0, NodeMark.EgressIsolated)}",
        $"{IsOfWorkload} {Set(NodeMark.AnyPod, NodeMark.AnyPod)}",
    ];

    /// <summary>Rules that put the connection's client into the packet's mark.</summary>
    /// <param name="unknown">What a tag above 8191 counts as here.</param>
    internal static IEnumerable<string> Read(uint unknown) =>
    [
        $"-j CONNMARK --restore-mark --nfmask {Say.Hex(NarrowMark.Mask)} --ctmask {Say.Hex(HighestNarrow)} --right-shift-mark {NodeMark.TagShift}",
        $"-m connmark ! --mark {Bits(0, NodeMark.TagMask & ~HighestNarrow)} {Say.SetMark(unknown, NarrowMark.TagMask | (unknown & NarrowMark.EgressIsolated))}",
        $"-m connmark --mark {Bits(NodeMark.EgressIsolated, NodeMark.EgressIsolated)} {Say.SetMark(NarrowMark.EgressIsolated, NarrowMark.EgressIsolated)}",
    ];

    /// <summary>Sets bits of the connection's mark and leaves the others.</summary>
    internal static string Set(uint value, uint mask) => $"-j CONNMARK --set-xmark {Bits(value, mask)}";

    private static string Bits(uint value, uint mask) => $"{Say.Hex(value)}/{Say.Hex(mask)}";
}
