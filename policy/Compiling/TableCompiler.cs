using System.Collections.Immutable;

namespace Overlay.Policy;

/// <summary>
/// Keeps one node's table in step with changing inputs. Each result is what <see cref="PolicyCompiler.Compile"/> makes of the same inputs from nothing, but the
/// work is in proportion to what changed; destinations that nothing touched are the same objects as before. Not thread-safe.
/// </summary>
/// <remarks>Objects are told apart by reference: hand over the same object for what has not changed, as a cache of watched objects does.</remarks>
public sealed class TableCompiler
{
    private PolicyIndex _index = new();
    private Dictionary<WorkloadKey, DestinationCompiler> _destinations = [];
    private AuditShadow _shadow = new();

    /// <summary>Says why, by the policies last taken over; valid until the next change.</summary>
    public PolicyExplainer Explainer => new(_index);

    /// <summary>Says what would be if the policies that are only audited were enforced; null while none is. Valid until the next change.</summary>
    public PolicyExplainer? AuditExplainer => _shadow.Index is { } index ? new PolicyExplainer(index) : null;

    /// <summary>Takes over what is there now: every policy and tag is looked at, to find those that changed.</summary>
    /// <param name="inputs">Policies, namespaces, tags, nodes, and the node's pods.</param>
    /// <returns>The table.</returns>
    public VerdictTable Update(PolicyInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return Follow(_index.Compare(inputs));
    }

    /// <summary>Takes over what has changed.</summary>
    /// <param name="changes">All changes since the last call; since the beginning, if that failed.</param>
    /// <returns>The table.</returns>
    public VerdictTable Follow(InputChanges changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        if (_index.IsWornOut)
        {
            changes = _index.Everything(changes.Now).Then(changes);
            BeginAnew();
        }

        try
        {
            var touched = _index.Update(changes);
            _shadow.Update(changes, _index);
            return Compile(changes.Now, touched);
        }
        catch
        {
            // The changes may have been taken over in part, and would not be heard of again.
            BeginAnew();
            throw;
        }
    }

    private void BeginAnew()
    {
        _index = new PolicyIndex();
        _shadow = new AuditShadow();
        _destinations = [];
    }

    private VerdictTable Compile(PolicySurroundings inputs, IndexChange change)
    {
        var keys = _index.Keys.In(inputs.WorkloadLabels, inputs.Pods.Select(pod => pod.Name.Namespace ?? "").ToHashSet(StringComparer.Ordinal));
        var gathering = new WorkloadGathering(keys, _index.PortNames, _index.EgressBlocks);
        var pods = inputs.Pods.Select(pod => (Pod: pod, Workload: gathering.KeyOf(pod))).ToList();
        var destinations = new Dictionary<WorkloadKey, DestinationCompiler>();
        foreach (var workload in gathering.Gather(pods))
        {
            destinations.Add(workload.Key, Follow(workload, change));
        }

        _destinations = destinations;
        return Table(pods);
    }

    private DestinationCompiler Follow(LocalWorkload workload, IndexChange change)
    {
        if (_destinations.TryGetValue(workload.Key, out var known) && known.Workload.Pods.SequenceEqual(workload.Pods) && known.Workload.Addresses.SequenceEqual(workload.Addresses))
        {
            known.Update(change);
            return known;
        }

        var destination = new DestinationCompiler(_index, workload);
        destination.Compile();
        return destination;
    }

    private VerdictTable Table(List<(LocalPod Pod, WorkloadKey Workload)> pods)
    {
        ImmutableArray<Destination> destinations = [.. _destinations.Values.Select(destination => destination.Result()).OrderBy(destination => destination.Workload)];
        return new VerdictTable
        {
            Destinations = destinations,
            RestrictedTags = _index.Senders.Restricted,
            AcquaintedTags = _index.Senders.Acquainted,
            KnownTags = destinations.Any(destination => destination.IsWary) ? [.. _index.Tags.All.Where(tag => tag.Active).Select(tag => tag.Tag).Order()] : [],
            Senders = [.. pods.Select(pod => Send(pod.Pod, pod.Workload)).OrderBy(sender => sender.Pod, StringComparer.Ordinal)],
            Watched = WatchedConnections.Of(_index, _destinations.Values.Select(destination => destination.Workload)),
        };
    }

    private Sender Send(LocalPod pod, WorkloadKey workload)
    {
        var ns = pod.Name.Namespace ?? "";
        return new Sender(pod.Uid, workload, _index.Tags.Match(ns, pod.Labels), _index.SpeaksOfEgress(ns, pod.Labels));
    }
}
