using System.Collections.Immutable;
using Overlay.Api.Wire;
using Overlay.Cli.Arguments;
using Overlay.Kube.Core;
using Overlay.Policy;

namespace Overlay.Cli.Explain;

/// <summary>Answers a question about a world. Pure.</summary>
internal static class Answering
{
    /// <summary>Answers.</summary>
    /// <param name="world">The objects.</param>
    /// <param name="source">Who opens the connection.</param>
    /// <param name="destination">To whom.</param>
    /// <param name="asked">By which protocol and port.</param>
    /// <exception cref="UsageException">A pod is not there, or neither end is one.</exception>
    public static Answer Of(ExplainWorld world, End source, End destination, PortAsked asked)
    {
        var (from, to) = (PodOf(world, source), PodOf(world, destination));
        if (from is null && to is null)
            throw new UsageException($"'{source.Word}' to '{destination.Word}': at least one end must be a pod, Overlay judges nothing else");
        var answer = new Answer
        {
            Source = source.Word,
            Destination = destination.Word,
            Protocol = asked.Protocol.HasPorts() ? asked.Protocol : null,
            Port = asked.Protocol.HasPorts() ? asked.Port : null,
            Allowed = true,
            Notes = [.. Notes(from), .. ReferenceEquals(from, to) ? [] : Notes(to), .. world.Notes],
        };
        return BeforePolicy(from, to) is { } reason ? answer with { BeforePolicy = reason } : Judged(answer, world, EndpointOf(source, from), EndpointOf(destination, to), asked);
    }

    private static Answer Judged(Answer answer, ExplainWorld world, Endpoint source, Endpoint destination, PortAsked asked)
    {
        var verdict = new PolicyExplainer(world.Inputs).Explain(source, destination, asked.Protocol, asked.Port);
        var record = world.Inputs.Tags.FirstOrDefault(tag => tag.Spec.Tag == verdict.Source.Value)?.Spec;
        var isolating = verdict.Egress.IsolatedBy.Concat(verdict.Ingress.IsolatedBy).ToHashSet();
        var broken = world.Inputs.Policies.Where(policy => isolating.Contains(new PolicyName(PolicyKind.OverlayPolicy, policy.Metadata.Key)))
            .Select(policy => (policy.Metadata.Key, Problems: PolicyValidation.Check(policy)))
            .Where(policy => !policy.Problems.IsEmpty)
            .Select(policy => $"{policy.Key} is refused, so it isolates and allows nothing: {string.Join("; ", policy.Problems)}");
        return answer with
        {
            Allowed = verdict.Allowed,
            SourceTag = verdict.Source.IsWorkload && world.TagsAssumed ? null : verdict.Source.Value,
            SourceWorkload = verdict.Source.IsWorkload && record is not null ? WorkloadLabels.Text(record.Keys, record.Labels) : null,
            Egress = SideAnswer.Of(verdict.Egress),
            Ingress = SideAnswer.Of(verdict.Ingress),
            Notes = [.. broken, .. verdict.Source == Tag.UnknownPod ? (string[])[UnknownTag] : [], .. answer.Notes],
        };
    }

    private const string UnknownTag =
        "no WorkloadTag matches the source's labels: it goes as an unknown pod (tag 2) until the operator has made one (kubectl get workloadtags)";

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

    private static Endpoint EndpointOf(End end, Pod? pod) =>
        pod is null ? end.Word is "node" ? Endpoint.Node : Endpoint.Outside
        : pod.Spec.HostNetwork ? Endpoint.Node
        : Endpoint.Pod(pod.Metadata.Namespace!, pod.Metadata.Labels ?? ImmutableSortedDictionary<string, string>.Empty);

    private static Pod? PodOf(ExplainWorld world, End end) =>
        end.Pod is not { } key ? null
        : world.Pods.TryGetValue(key, out var pod) ? pod
        : throw new UsageException($"there is no pod {key}{Near(world, key.Namespace)}");

    private static string Near(ExplainWorld world, string? ns)
    {
        var near = world.Pods.Keys.Where(key => key.Namespace == ns).Select(key => key.Name).Order(StringComparer.Ordinal).Take(8).ToList();
        return near.Count == 0 ? "" : $"; {ns} has {string.Join(", ", near)}";
    }

    private static IEnumerable<string> Notes(Pod? pod)
    {
        if (pod is { Spec.HostNetwork: true })
            yield return $"{pod.Metadata.Key} is on its node's own network: it counts as a node, policies do not select it";
        if (pod is { HasEnded: true })
            yield return $"{pod.Metadata.Key} has ended ({pod.Status?.Phase})";
    }
}
