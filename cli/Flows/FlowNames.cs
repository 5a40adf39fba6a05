using Overlay.Api.Flows;
using Overlay.Kube.Core;

namespace Overlay.Cli.Flows;

/// <summary>
/// The names that agents do not know: of pods on other nodes, by their addresses. An address may have been another pod's when the flow was seen, so a pod's labels
/// must be those that its tag told. Pure.
/// </summary>
/// <param name="pods">The cluster's pods.</param>
internal sealed class FlowNames(IEnumerable<Pod> pods)
{
    private readonly Dictionary<string, Pod> _byAddress = pods
        .Where(pod => !pod.Spec.HostNetwork && !pod.HasEnded)
        .SelectMany(pod => (pod.Status?.PodIPs ?? []).Select(ip => (ip.Ip, Pod: pod)))
        .Where(one => one.Ip is not null)
        .DistinctBy(one => one.Ip)
        .ToDictionary(one => one.Ip!, one => one.Pod, StringComparer.Ordinal);

    /// <summary>The flow with the names that can be told.</summary>
    public Flow Join(Flow flow) => flow with { Source = Join(flow.Source), Destination = Join(flow.Destination) };

    private FlowEnd Join(FlowEnd end) =>
        end is { Kind: FlowEndKind.Pod, Pod: null, Namespace: not null } && _byAddress.TryGetValue(end.Address, out var pod) && IsOf(pod, end)
            ? end with { Pod = pod.Metadata.Name }
            : end;

    private static bool IsOf(Pod pod, FlowEnd end) =>
        pod.Metadata.Namespace == end.Namespace
        && (end.Workload ?? "")
            .Split(',', StringSplitOptions.RemoveEmptyEntries)
            .All(label => label.Split('=', 2) is [var key, var value] && pod.Metadata.Labels is { } labels && labels.TryGetValue(key, out var has) && has == value);
}
