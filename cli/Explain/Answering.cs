using Overlay.Api.Wire;
using Overlay.Cli.Arguments;
using Overlay.Kube.Core;
using Overlay.Policy;

namespace Overlay.Cli.Explain;

/// <summary>Answers a question about a world. Pure.</summary>
internal static class Answering
{
    private const string UnknownTag =
        "no WorkloadTag matches the source's labels: it goes as an unknown pod (tag 2) until the operator has made one (kubectl get workloadtags)";

    /// <summary>Answers.</summary>
    /// <param name="world">The objects.</param>
    /// <param name="from">Who opens the connection.</param>
    /// <param name="to">To whom.</param>
    /// <param name="asked">By which protocol and port.</param>
    /// <exception cref="UsageException">Neither end is a pod.</exception>
    public static Answer Of(ExplainWorld world, FoundEnd from, FoundEnd to, PortAsked asked)
    {
        if (from.Pod is null && to.Pod is null)
            throw new UsageException($"'{from.Name}' to '{to.Name}': at least one end must be a pod, Overlay judges nothing else");
        var answer = new Answer
        {
            Source = from.Name,
            Destination = to.Name,
            Protocol = asked.Protocol.HasPorts() ? asked.Protocol : null,
            Port = asked.Protocol.HasPorts() ? asked.Port : null,
            Allowed = true,
            Notes = [.. from.Notes, .. ReferenceEquals(from.Pod, to.Pod) ? [] : to.Notes, .. world.Notes],
        };
        return BeforePolicy(from.Pod, to.Pod) is { } reason ? answer with { BeforePolicy = reason } : Judged(answer, world, from.Endpoint, to.Endpoint, asked);
    }

    private static Answer Judged(Answer answer, ExplainWorld world, Endpoint source, Endpoint destination, PortAsked asked)
    {
        var verdict = new PolicyExplainer(world.Inputs).Explain(source, destination, asked.Protocol, asked.Port);
        var record = world.Inputs.Tags.FirstOrDefault(tag => tag.Spec.Tag == verdict.Source.Value)?.Spec;
        var isolating = verdict.Egress.IsolatedBy.Concat(verdict.Ingress.IsolatedBy).ToHashSet();
        return answer with
        {
            Allowed = verdict.Allowed,
            SourceTag = verdict.Source.IsWorkload && world.TagsAssumed ? null : verdict.Source.Value,
            SourceWorkload = verdict.Source.IsWorkload && record is not null ? WorkloadLabels.Text(record.Keys, record.Labels) : null,
            Egress = SideAnswer.Of(verdict.Egress),
            Ingress = SideAnswer.Of(verdict.Ingress),
            Notes = [.. RefusedPolicies.Notes(world.Inputs, isolating), .. verdict.Source == Tag.UnknownPod ? (string[])[UnknownTag] : [], .. answer.Notes],
        };
    }

    /// <summary>What passes on the way to policy, or never comes by it.</summary>
    private static string? BeforePolicy(Pod? from, Pod? to)
    {
        var sameNode = from?.Spec.NodeName is { } node && node == to?.Spec.NodeName;
        return (from, to) switch
        {
            (not null, not null) when ReferenceEquals(from, to) => "a pod always reaches itself",
            ({ Spec.HostNetwork: true }, { Spec.HostNetwork: true }) => "both pods are on their nodes' own network, which Overlay does not judge",
            ({ Spec.HostNetwork: true }, null) or (null, { Spec.HostNetwork: true }) => "the pod is on its node's own network, which Overlay does not judge",
            ({ Spec.HostNetwork: true }, not null) or (not null, { Spec.HostNetwork: true }) when sameNode =>
                "one pod is on the network of the other's node, and a node and its own pods always reach each other",
            _ => null,
        };
    }
}
