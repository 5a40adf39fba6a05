using System.Collections.Immutable;
using Overlay.Cli.Explain;

namespace Overlay.Cli.Trace;

/// <summary>The way that a packet would take, by files alone: what is known before anything runs. Pure.</summary>
internal static class ImpliedSteps
{
    /// <summary>The steps.</summary>
    /// <param name="answer">What policy says.</param>
    public static ImmutableArray<TraceStep> Of(Answer answer)
    {
        var verdict = answer.BeforePolicy ?? (answer.Egress is { Allowed: false } egress ? egress.Text : answer.Ingress?.Text) ?? "";
        return
        [
            Step("1", $"pod {answer.Source}", $"the socket sends to {answer.Destination}", "default via the node, dev eth0"),
            Step("2", "veth", "out of the pod through its wire: no ARP, permanent neighbours"),
            Step("3", "its node, prerouting", "the source must be the pod's own; the mark becomes its workload's tag", $"workload {answer.SourceWorkload ?? "of no tag (tag 2)"}"),
            Step("4", "its node, route", "the destination's subnet goes to the VTEP (unless both are on one node: then on to 10)"),
            Step("5", "VTEP", "encapsulated to the other node's underlay address; the GBP field carries the tag"),
            Step("6-8", "underlay", "UDP crosses the physical network"),
            Step("9", "VTEP, the other node", "decapsulated; the kernel puts the GBP field back into the mark"),
            Step("10", "the other node, forward", "judged: (tag of the sender, workload of the destination, protocol, port)", $"{(answer.Allowed ? "accepted" : "denied")}: {verdict}"),
            Step("11", "veth", answer.Allowed ? "delivered; the reply comes back vouched for" : "nothing is delivered"),
        ];
    }

    private static TraceStep Step(string number, string where, string what, params ImmutableArray<string> implied) => new(number, where, what, implied, null);
}
