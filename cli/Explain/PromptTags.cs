using System.Collections.Immutable;
using Overlay.Api.Objects;
using Overlay.Api.Wire;
using Overlay.Api.Workloads;
using Overlay.Policy;

namespace Overlay.Cli.Explain;

/// <summary>The tags that an operator would have made for some pods. Their numbers say nothing.</summary>
internal static class PromptTags
{
    /// <summary>One tag for each workload, by the label keys in force.</summary>
    public static ImmutableArray<WorkloadTag> Of(ExplainWorld world)
    {
        var keys = KeysInForce.Of(world.Inputs.WorkloadLabels, world.Inputs.Policies, world.Inputs.NetworkPolicies, world.Inputs.ClusterPolicies, world.Inputs.Namespaces);
        return
        [
            .. world.Pods.Values.OrderBy(pod => pod.Metadata.Key.ToString(), StringComparer.Ordinal)
                .Select(pod => (Namespace: pod.Metadata.Namespace!, Labels: pod.Metadata.Labels ?? ImmutableSortedDictionary<string, string>.Empty))
                .Select(pod => (pod.Namespace, Keys: keys.In(pod.Namespace), pod.Labels))
                .DistinctBy(pod => (pod.Namespace, WorkloadLabels.Text(pod.Keys, pod.Labels)))
                .Take(Tag.LastWorkload.Value - Tag.FirstWorkload.Value + 1)
                .Select((pod, i) => Make(Tag.FirstWorkload.Value + i, pod.Namespace, pod.Keys, pod.Labels.RemoveRange(pod.Labels.Keys.Except(pod.Keys)))),
        ];
    }

    private static WorkloadTag Make(int number, string ns, ImmutableArray<string> keys, ImmutableSortedDictionary<string, string> labels) =>
        new()
        {
            Metadata = new ObjectMeta { Name = $"tag-{number:00000}" },
            Spec = new WorkloadTagSpec { Tag = number, Namespace = ns, Keys = keys, Labels = labels },
        };
}
