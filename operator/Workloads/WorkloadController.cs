using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Overlay.Api.Network;
using Overlay.Api.Objects;
using Overlay.Api.Subnets;
using Overlay.Api.Wire;
using Overlay.Api.Workloads;
using Overlay.Kube.Caching;
using Overlay.Kube.Core;
using Overlay.Kube.Entities;
using Overlay.Kube.Events;
using Overlay.Kube.Queueing;
using Overlay.Kube.Reconciling;
using Overlay.Operator.Agents;
using Overlay.Operator.Cluster;
using Overlay.Operator.Network;
using Overlay.Policy;

namespace Overlay.Operator.Workloads;

/// <summary>
/// Gives every workload its tag and takes it back, namespace by namespace: a pod's coming costs the look at its namespace, not at the cluster.
/// </summary>
internal sealed partial class WorkloadController : IDisposable
{
    // No namespace has this name: the work of finding the keys in force, one at a time and coalesced like any other.
    private const string Keys = "";

    private static readonly TimeSpan Unheard = TimeSpan.FromSeconds(30);

    private readonly ClusterView _cluster;
    private readonly Findings _findings;
    private readonly EventRecorder _events;
    private readonly Action _mayAct;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly WorkQueue<string> _queue = new();
    private readonly TagAllocator _numbers = new();
    private readonly EntityIndex<PodMetadata, string> _podsByNamespace;
    private readonly EntityIndex<WorkloadTag, string> _tagsByNamespace;

    // The namespaces whose workloads may lack their tags by the keys in force; also guards _keys' changes.
    private readonly HashSet<string> _pending = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (WorkloadTag Tag, long Made)> _unheard = new(StringComparer.Ordinal);
    private volatile KeysInForce? _keys;

    public WorkloadController(
        ClusterView cluster, WorkloadIndexes indexes, Findings findings, EventRecorder events, Action mayAct, TimeProvider time, ILogger logger)
    {
        _cluster = cluster;
        _podsByNamespace = indexes.Pods;
        _tagsByNamespace = indexes.Tags;
        _findings = findings;
        _events = events;
        _mayAct = mayAct;
        _time = time;
        _logger = logger;
    }

    /// <summary>Works until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        using var tags = _cluster.Tags.Cache.Subscribe(Note);
        using var networks = _cluster.Networks.Cache.Subscribe(_ => _queue.Add(Keys));
        using var policies = _cluster.Policies.Cache.Subscribe(_ => _queue.Add(Keys));
        using var namespaces = _cluster.Namespaces.Cache.Subscribe(_ => _queue.Add(Keys));
        using var pods = _cluster.Pods.Cache.Subscribe(c => _queue.Add(c.Key.Namespace!));
        await new ReconcileLoop<string>("workloads", _queue, ReconcileAsync, _logger).RunAsync(4, cancel);
    }

    /// <inheritdoc />
    public void Dispose() => _queue.Dispose();

    private void Note(EntityChange<WorkloadTag> change)
    {
        if (change.New is null)
        {
            _numbers.GiveBack(change.Entity.Spec.Tag);
        }
        else
        {
            _numbers.Occupy(change.Entity.Spec.Tag);
        }

        _unheard.TryRemove(change.Key.Name, out _);
        _queue.Add(change.Entity.Spec.Namespace);
    }

    /// <summary>The namespace's tags: those of the cache, and those made a moment ago that it has not heard of yet.</summary>
    private WorkloadTag[] TagsOf(string ns)
    {
        // A tag that is made and gone while the watch is broken is never heard of: it must not count for ever.
        foreach (var old in _unheard.Where(u => _time.GetElapsedTime(u.Value.Made) > Unheard).ToArray())
        {
            _unheard.TryRemove(old);
        }

        var unheard = _unheard.Values.Select(u => u.Tag).Where(t => string.Equals(t.Spec.Namespace, ns, StringComparison.Ordinal)).ToArray();
        var heard = _tagsByNamespace[ns];
        return [.. heard, .. unheard.Where(u => heard.All(h => h.Spec.Tag != u.Spec.Tag))];
    }

    /// <summary>The keys in force may have changed: every namespace is looked at, and when all have their tags the keys are listed.</summary>
    private void Rethink()
    {
        if (Network() is not { } network)
        {
            return;
        }

        var keys = KeysInForce.Of(
            network.Spec.WorkloadLabels.OrEmpty(),
            _cluster.Policies.Cache.Snapshot(),
            [],
            [],
            _cluster.Namespaces.Cache.Snapshot().Select(n => new PolicyNamespace(
                n.Metadata.Name, n.Metadata.Labels ?? ImmutableSortedDictionary<string, string>.Empty)));
        lock (_pending)
        {
            // A change of the list moves superseded tags on, so every namespace is looked at even when the keys are the same.
            var all = _podsByNamespace.Keys.Union(_tagsByNamespace.Keys, StringComparer.Ordinal).ToArray();
            if (_keys is null || !NetworkStatus.SameKeys(_keys.ToStatus(), keys.ToStatus()))
            {
                _pending.Clear();
                _pending.UnionWith(all);
            }

            _keys = keys;
            foreach (var ns in all)
            {
                _queue.Add(ns);
            }
        }

        List();
    }

    private OverlayNetwork? Network() => _cluster.Networks.Cache.Find(new ObjectKey(null, OverlayNetwork.DefaultName));

    private async Task<Requeue> ReconcileAsync(string ns, CancellationToken cancel)
    {
        if (ns is Keys)
        {
            Rethink();
            return Requeue.Done;
        }

        if (Network() is not { } network || _keys is not { } keys)
        {
            return Requeue.Done;
        }

        var tags = TagsOf(ns);
        var agents = Agents();
        var now = _time.GetUtcNow();
        var inForce = WorkloadLabels.Normalize(keys.In(ns));
        var newest = tags.Where(t => TagPlan.HasKeys(t, inForce)).Select(t => t.Metadata.ResourceVersion).MaxBy(v => ulong.TryParse(v, out var n) ? n : 0);
        var moved = NetworkStatus.SameKeys(network.Status?.LabelKeys.OrEmpty() ?? [], keys.ToStatus())
            && (newest is null || agents.AllPresentApplied(newest, now));
        var plan = TagPlan.Of(ns, inForce, _podsByNamespace[ns].Select(Labels), tags, moved);

        var missing = await GiveAsync(plan.Missing, agents.AllNftables, cancel);
        foreach (var tag in plan.Revivals)
        {
            await SetAsync(tag, new WorkloadTagStatus(), cancel);
        }

        _findings.TagsShort(ns, missing);
        if (missing == 0)
        {
            Served(ns, keys);
        }

        if (!plan.Releases.IsEmpty)
        {
            await ReleaseAsync(ns, inForce, moved, cancel);
        }

        return missing > 0 ? Requeue.After(TimeSpan.FromSeconds(10))
            : plan.Superseded.IsEmpty ? Requeue.Done
            : Requeue.After(TimeSpan.FromSeconds(2));
    }

    private AgentReports Agents() => new(
        _cluster.Subnets.Cache.Snapshot().Where(s => s.Status?.Phase != AllocationPhase.Released).Select(s => s.Spec.NodeName),
        _cluster.Leases.Cache.Snapshot());

    private static IReadOnlyDictionary<string, string> Labels(PodMetadata pod) =>
        pod.Metadata.Labels ?? ImmutableSortedDictionary<string, string>.Empty;

    private void Served(string ns, KeysInForce keys)
    {
        lock (_pending)
        {
            if (ReferenceEquals(keys, _keys))
            {
                _pending.Remove(ns);
            }
        }

        List();
    }

    /// <summary>When every namespace has its tags by the keys in force, they may be listed.</summary>
    private void List()
    {
        lock (_pending)
        {
            if (_keys is { } keys && _pending.Count == 0)
            {
                var listed = keys.ToStatus();
                if (_findings.Keys is not { } before || !NetworkStatus.SameKeys(before.LabelKeys, listed))
                {
                    _findings.Keys = new ReadyKeys(listed);
                }
            }
        }
    }

    /// <summary>Makes tags; how many could not be made for want of numbers.</summary>
    private async Task<int> GiveAsync(ImmutableArray<WorkloadTagSpec> missing, bool wide, CancellationToken cancel)
    {
        var unserved = 0;
        await Parallel.ForEachAsync(missing, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancel }, async (spec, stop) =>
        {
            if (!await GiveAsync(spec, wide, stop))
            {
                Interlocked.Increment(ref unserved);
            }
        });
        return unserved;
    }

    private async Task<bool> GiveAsync(WorkloadTagSpec spec, bool wide, CancellationToken cancel)
    {
        while (_numbers.Take(wide) is { } number)
        {
            var tag = new WorkloadTag
            {
                Metadata = new ObjectMeta { Name = TagName.Of(number.Value) },
                Spec = spec with { Tag = number.Value },
            };
            try
            {
                _mayAct();
                var made = await _cluster.Tags.Client.CreateAsync(tag, cancel);
                if (_cluster.Tags.Cache.Find(tag.Metadata.Key) is null)
                {
                    _unheard[tag.Metadata.Name] = (made, _time.GetTimestamp());
                }

                Given(_logger, number, spec.Namespace, WorkloadLabels.Text(spec.Keys, spec.Labels));
                return true;
            }
            catch (KubernetesException e) when (e.IsAlreadyExists)
            {
                // The number is somebody's, and stays taken; perhaps it was given to this very workload.
                var other = await _cluster.Tags.Client.FindAsync(tag.Metadata.Key, cancel);
                if (other is not null && !TagPlan.IsReleased(other) && TagPlan.SameWorkload(other.Spec, spec))
                {
                    return true;
                }
            }
            catch
            {
                // Whether it was made is not known. The cache tells, and marks it as taken again if so.
                if (_cluster.Tags.Cache.Find(tag.Metadata.Key) is null)
                {
                    _numbers.GiveBack(number.Value);
                }

                throw;
            }
        }

        var workload = new WorkloadKey(spec.Namespace, WorkloadLabels.Text(spec.Keys, spec.Labels));
        if (Network() is { } network)
        {
            _events.Warning(ObjectReference.To(network), "TagsUsedUp", $"There is no free tag for workload {workload}: see condition TagsExhausted.");
        }

        return false;
    }

    /// <summary>Releases what no pod uses, by a list from the store: a cache that is behind must take no tag from a running workload.</summary>
    private async Task ReleaseAsync(string ns, ImmutableArray<string> keys, bool moved, CancellationToken cancel)
    {
        var pods = new List<IReadOnlyDictionary<string, string>>();
        await foreach (var pod in _cluster.Pods.Client.ListAllAsync(new EntitySelection { Namespace = ns }, cancel))
        {
            pods.Add(Labels(pod));
        }

        foreach (var tag in TagPlan.Of(ns, keys, pods, TagsOf(ns), moved).Releases)
        {
            if (await SetAsync(tag, new WorkloadTagStatus { Phase = AllocationPhase.Released, ReleasedAt = _time.GetUtcNow() }, cancel))
            {
                Released(_logger, new Tag((ushort)tag.Spec.Tag), ns);
            }
        }
    }

    private async Task<bool> SetAsync(WorkloadTag tag, WorkloadTagStatus status, CancellationToken cancel)
    {
        try
        {
            _mayAct();
            await _cluster.Tags.Client.UpdateStatusAsync(tag with { Status = status }, cancel);
            return true;
        }
        catch (KubernetesException e) when (e.IsConflict || e.IsNotFound)
        {
            // It has changed since; hearing of that brings the namespace back.
            _queue.AddAfter(tag.Spec.Namespace, TimeSpan.FromMilliseconds(200));
            return false;
        }
    }

    [LoggerMessage(EventId = 311, Level = LogLevel.Information, Message = "Tag {Tag} is given to workload {Namespace}{{{Labels}}}")]
    private static partial void Given(ILogger logger, Tag tag, string @namespace, string labels);

    [LoggerMessage(EventId = 312, Level = LogLevel.Information, Message = "Tag {Tag} of namespace {Namespace} is released")]
    private static partial void Released(ILogger logger, Tag tag, string @namespace);
}
