using System.Collections.Immutable;

namespace Overlay.Policy;

/// <summary>Policies and workloads to verdicts. Pure: the same inputs, in whatever order, give the same table.</summary>
public static class PolicyCompiler
{
    /// <summary>Compiles the whole table of one node.</summary>
    /// <param name="inputs">Policies, namespaces, tags, nodes, and the node's pods.</param>
    public static VerdictTable Compile(PolicyInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var index = new PolicyIndex(inputs);
        var gathering = new WorkloadGathering(index.Keys, index.PortNames, index.EgressBlocks);
        ImmutableArray<Destination> destinations = [.. gathering.Gather(inputs.Pods).Select(workload => DestinationCompiler.Compile(workload, index))];
        var matching = TagMatching.Of(inputs.Tags);
        return new VerdictTable
        {
            Destinations = destinations,
            RestrictedTags = index.Senders.Restricted,
            AcquaintedTags = index.Senders.Acquainted,
            KnownTags = destinations.Any(destination => destination.IsWary) ? [.. index.Tags.Where(tag => tag.Active).Select(tag => tag.Tag).Order()] : [],
            Senders = [.. inputs.Pods.Select(Send).OrderBy(sender => sender.Pod, StringComparer.Ordinal)],
        };

        Sender Send(LocalPod pod)
        {
            var ns = pod.Name.Namespace ?? "";
            var flagged = index.PoliciesOf(ns, pod.Labels).Any(policy => policy.ConcernsEgress && !policy.Subject!.Value.IsAnyPod);
            return new Sender(pod.Uid, gathering.KeyOf(pod), matching.Match(ns, pod.Labels), flagged);
        }
    }
}
