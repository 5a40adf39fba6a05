using System.Collections.Immutable;
using Overlay.Asking.Answers;
using Overlay.Cli.Explain;
using Overlay.Policy;

namespace Overlay.Cli.Trace;

/// <summary>The steps of a packet's way, from what both nodes saw. Pure.</summary>
/// <param name="answer">What policy says.</param>
/// <param name="places">Where both ends are.</param>
/// <param name="left">What the source's node saw.</param>
/// <param name="came">What the destination's node saw.</param>
internal sealed class TraceSteps(Answer answer, TracePlaces places, DepartureAnswer left, ArrivalAnswer came)
{
    /// <summary>Whether the connection came through to the pod; null: a datagram without an answer can not tell.</summary>
    /// <remarks>A refusal is the pod's own when packets went into it; else it is the node's, which rejects for it.</remarks>
    public bool? Passed =>
        left.Outcome switch
        {
            "connected" or "answered" => true,
            "refused" => came.Delivered > 0,
            "silence" when answer.Protocol == IpProtocol.UDP => null,
            _ => false,
        };

    private UnderlayAnswer? Request => came.Packets.FirstOrDefault(packet => !packet.IsReply);

    private UnderlayAnswer? Reply => came.Packets.FirstOrDefault(packet => packet.IsReply);

    /// <summary>The steps.</summary>
    public ImmutableArray<TraceStep> All() =>
        places.SameNode
            ? [Socket(), Wire(), Tagged(), Judged(), Delivered()]
            : [Socket(), Wire(), Tagged(), Routed(), Encapsulated(), Underlay(), Decapsulated(), Judged(), Delivered()];

    private TraceStep Socket() =>
        new("1", $"pod {places.Source}", $"the socket sends to {places.DestinationAddress}", [left.PodRoute], left.PodRoute.Contains(" dev ", StringComparison.Ordinal));

    private TraceStep Wire() =>
        new("2", "veth", "out of the pod through its wire: no ARP, permanent neighbours", [$"pod  {left.PodLink}", $"node {left.HostLink}"], left.WireIsSilent);

    private TraceStep Tagged() =>
        new(
            "3",
            $"{places.SourceNode}, prerouting",
            "the source must be the pod's own; the mark becomes its workload's tag",
            [left.Sender ?? "no element marks its packets", left.SenderRule ?? "", Workload, $"counters sent +{Grown(left.Counters, "sent")}, spoofed +{Grown(left.Counters, "spoofed")}"],
            Grown(left.Counters, "sent") > 0);

    private TraceStep Routed() =>
        new("4", $"{places.SourceNode}, route", $"{places.DestinationNode}'s subnet goes to the VTEP", [left.NodeRoute], left.NodeRoute.EndsWith(TracePlaces.Vtep, StringComparison.Ordinal));

    private TraceStep Encapsulated() =>
        new(
            "5",
            "VTEP",
            $"encapsulated to {places.DestinationNode}'s underlay address; the GBP field carries the tag",
            [left.Vtep, left.Forwarding ?? "no forwarding entry for the next hop", $"counter encapsulated +{Grown(left.Counters, "encapsulated")}"],
            left.Forwarding is not null && Grown(left.Counters, "encapsulated") > 0);

    private TraceStep Underlay() =>
        Request is { } packet
            ? new("6-8", "underlay", $"UDP crosses the physical network (captured on {places.DestinationNode})", [$"{packet.Outer}, inside {packet.Inner}", $"VXLAN header {packet.Header}", packet.Decoded], packet.Tag > 1)
            : new("6-8", "underlay", "UDP crosses the physical network", [$"no packet of this connection was captured on {places.DestinationNode}"], false);

    private TraceStep Decapsulated() =>
        new(
            "9",
            $"VTEP, {places.DestinationNode}",
            "decapsulated; the kernel puts the GBP field back into the mark",
            [$"counter arrived +{Grown(came.Counters, "arrived")}"],
            Grown(came.Counters, "arrived") > 0);

    private TraceStep Judged()
    {
        var (allowed, denied) = (Grown(came.Counters, "allowed"), Grown(came.Counters, "denied"));
        ImmutableArray<string> proof =
        [
            $"destination: {came.HostLink}",
            $"policy: {(answer.Allowed ? answer.Ingress?.Text : answer.Egress is { Allowed: false } egress ? egress.Text : answer.Ingress?.Text) ?? answer.BeforePolicy}",
            ByRule,
            answer.Kernel?.Judgement.Element ?? (answer.Kernel is { Judgement: { Rule: null, Tried: [var first, ..] } } ? $"nothing found of {first}, ..." : ""),
            $"counters allowed +{allowed}, denied +{denied}",
        ];
        return new TraceStep(
            "10",
            $"{places.DestinationNode}, forward",
            "judged: (tag of the sender, workload of the destination, protocol, port)",
            proof,
            answer.Allowed ? allowed > 0 : denied > 0);
    }

    private TraceStep Delivered()
    {
        List<string> proof = [$"{came.Delivered} packets went through {came.HostLink.Split(' ')[0]} into the pod"];
        if (Reply is { } reply)
            proof.Add($"reply on the underlay: {reply.Header}: {reply.Decoded}");
        var vouched = Grown(came.Counters, "vouched");
        if (vouched > 0)
            proof.Add($"counter vouched +{vouched}");
        proof.Add($"the source met: {left.Outcome} after {left.Milliseconds.ToString("0.0", System.Globalization.CultureInfo.InvariantCulture)} ms");
        return answer.Allowed
            ? new TraceStep("11", "veth", "delivered; the reply comes back vouched for", [.. proof], Passed != false && came.Delivered > 0 && (places.SameNode || Passed is null || Reply is { Vouched: true }))
            : new TraceStep("11", "veth", "nothing is delivered", [.. proof], Passed != true);
    }

    private string ByRule => answer.Kernel?.Judgement.Rule is { } rule ? $"{rule.Place}: {rule.Text}, {rule.Packets} packets before" : "";

    private string Workload => answer.SourceTag is { } tag ? $"tag {tag}{(answer.SourceWorkload is { } workload ? $": {workload}" : "")}" : "";

    private static long Grown(ImmutableArray<CounterAnswer> counters, string name) => counters.FirstOrDefault(counter => counter.Name == name)?.Packets ?? 0;
}
