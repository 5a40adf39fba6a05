namespace Overlay.Policy;

/// <summary>Policies and workloads to verdicts. Pure: the same inputs, in whatever order, give the same table.</summary>
public static class PolicyCompiler
{
    /// <summary>Compiles the whole table of one node.</summary>
    /// <param name="inputs">Policies, namespaces, tags, and the node's pods.</param>
    public static VerdictTable Compile(PolicyInputs inputs)
    {
        var index = new PolicyIndex(inputs);
        var workloads = LocalWorkload.Gather(inputs.Pods, index.Keys);
        var destinations = workloads.Select(workload => DestinationCompiler.Compile(workload, index)).ToList();
        var isolated = destinations.Where(destination => destination.EgressIsolated).Select(destination => destination.Workload).ToHashSet();
        var matching = TagMatching.Of(inputs.Tags);
        return new VerdictTable
        {
            Destinations = [.. destinations],
            RestrictedTags = [.. index.Restricted],
            Senders =
            [
                .. inputs
                    .Pods.Select(pod => Send(pod, LocalWorkload.KeyOf(pod, index.Keys)))
                    .OrderBy(sender => sender.Pod, StringComparer.Ordinal),
            ],
        };

        Sender Send(LocalPod pod, WorkloadKey workload) =>
            new(pod.Uid, workload, matching.Match(workload.Namespace, pod.Labels), isolated.Contains(workload));
    }
}
