using System.Collections.Immutable;
using Overlay.Api.Flows;
using Overlay.Api.Objects;

namespace Overlay.Cli.Flows;

/// <summary>Which flows somebody wants to see. Pure.</summary>
/// <param name="Namespace">Only those with an end in this namespace; null: all.</param>
/// <param name="Pods">Only those with one of these pods as an end; none: all.</param>
/// <param name="Verdicts">Only these; none: all.</param>
internal sealed record FlowFilter(string? Namespace, ImmutableArray<ObjectKey> Pods, ImmutableArray<FlowVerdict> Verdicts)
{
    /// <summary>Whether it is one of them; names are joined before.</summary>
    public bool Takes(Flow flow) =>
        (Verdicts.IsEmpty || Verdicts.Contains(flow.Verdict))
        && (Namespace is null || !Pods.IsEmpty || flow.Source.Namespace == Namespace || flow.Destination.Namespace == Namespace)
        && (Pods.IsEmpty || Pods.Any(pod => Is(flow.Source, pod) || Is(flow.Destination, pod)));

    private static bool Is(FlowEnd end, ObjectKey pod) => end.Namespace == pod.Namespace && end.Pod == pod.Name;
}
