using System.Collections.Immutable;

namespace Overlay.Policy;

/// <summary>Gathers local pods into workloads: pods that no policy can tell apart.</summary>
/// <param name="keys">The label keys in force in each local pod's namespace.</param>
/// <param name="portNames">The names of ports that policies use.</param>
/// <param name="blocks">The blocks that egress rules name; a pod in one of them is reached by it.</param>
internal sealed class WorkloadGathering(IReadOnlyDictionary<string, ImmutableArray<string>> keys, UseCounts<string> portNames, ImmutableArray<AddressBlock> blocks)
{
    /// <summary>The workloads, sorted by key.</summary>
    /// <param name="pods">The pods, each with <see cref="KeyOf"/>.</param>
    public ImmutableArray<LocalWorkload> Gather(IEnumerable<(LocalPod Pod, WorkloadKey Workload)> pods) =>
        [
            .. pods.GroupBy(pod => pod.Workload, pod => pod.Pod)
                .OrderBy(group => group.Key)
                .Select(group => Of(group.Key, group.MinBy(pod => pod.Uid, StringComparer.Ordinal)!, [.. group.Select(pod => pod.Uid).Order(StringComparer.Ordinal)])),
        ];

    /// <summary>The workload that a pod belongs to.</summary>
    public WorkloadKey KeyOf(LocalPod pod)
    {
        var ns = pod.Name.Namespace ?? "";
        return new WorkloadKey(ns, WorkloadLabels.Text(keys[ns], pod.Labels), VariantOf(pod));
    }

    private string VariantOf(LocalPod pod)
    {
        var ports = DeclaredPorts.Of(pod.Ports, portNames).Text;
        var within = blocks.IsEmpty ? "" : string.Join(", ", blocks.Where(block => pod.Addresses.Any(block.Contains)).Select(block => block.Text));
        return (ports, within) switch
        {
            ("", "") => "",
            (_, "") => ports,
            ("", _) => $"in {within}",
            _ => $"{ports} in {within}",
        };
    }

    private LocalWorkload Of(WorkloadKey key, LocalPod pod, ImmutableArray<string> uids)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var inForce in keys[key.Namespace])
        {
            if (pod.Labels.TryGetValue(inForce, out var value))
            {
                labels.Add(inForce, value);
            }
        }

        return new LocalWorkload(key, labels, uids) { Ports = DeclaredPorts.Of(pod.Ports, portNames), Addresses = pod.Addresses };
    }
}
