using System.Collections.Immutable;

namespace Overlay.Policy;

/// <summary>A local workload while it is compiled.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Labels">The values of the keys in force; a key in force that is missing here, its pods lack.</param>
/// <param name="Pods">The UIDs of its local pods, sorted.</param>
internal sealed record LocalWorkload(WorkloadKey Key, IReadOnlyDictionary<string, string> Labels, ImmutableArray<string> Pods)
{
    /// <summary>The namespace.</summary>
    public string Namespace => Key.Namespace;

    /// <summary>Gathers pods into workloads, sorted by key.</summary>
    public static ImmutableArray<LocalWorkload> Gather(IEnumerable<LocalPod> pods, KeysInForce keys) =>
        [
            .. pods.GroupBy(pod => KeyOf(pod, keys))
                .OrderBy(group => group.Key)
                .Select(group => Of(group.Key, group.First(), keys, [.. group.Select(pod => pod.Uid).Order(StringComparer.Ordinal)])),
        ];

    /// <summary>The workload that a pod belongs to.</summary>
    public static WorkloadKey KeyOf(LocalPod pod, KeysInForce keys)
    {
        var ns = pod.Name.Namespace ?? "";
        return new WorkloadKey(ns, WorkloadLabels.Text(keys.In(ns), pod.Labels));
    }

    private static LocalWorkload Of(WorkloadKey key, LocalPod pod, KeysInForce keys, ImmutableArray<string> uids)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var inForce in keys.In(key.Namespace))
        {
            if (pod.Labels.TryGetValue(inForce, out var value))
            {
                labels.Add(inForce, value);
            }
        }

        return new LocalWorkload(key, labels, uids);
    }
}
