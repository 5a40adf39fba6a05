using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
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

    private readonly ClusterView _cluster;
    private readonly Findings _findings;
    private readonly Action _mayAct;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly WorkQueue<string> _queue = new();
    private readonly EntityIndex<PodMetadata, string> _podsByNamespace;
    private readonly KeysWatch _keys;
    private readonly TagGiver _tags;

    public WorkloadController(
        ClusterView cluster, WorkloadIndexes indexes, FormerTags former, Findings findings, EventRecorder events, Action mayAct, TimeProvider time, ILogger logger)
    {
        _cluster = cluster;
        _podsByNamespace = indexes.Pods;
        _findings = findings;
        _mayAct = mayAct;
        _time = time;
        _logger = logger;
        _keys = new KeysWatch(cluster, indexes, findings);
        _tags = new TagGiver(cluster, indexes, former, events, mayAct, time, logger);
    }

    /// <summary>Works until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        using var tags = _cluster.Tags.Cache.Subscribe(Note);
        using var networks = _cluster.Networks.Cache.Subscribe(_ => _queue.Add(Keys));
        using var policies = _cluster.Policies.Cache.Subscribe(_ => _queue.Add(Keys));
        using var networkPolicies = _cluster.NetworkPolicies.Cache.Subscribe(_ => _queue.Add(Keys));
        using var clusterPolicies = _cluster.ClusterPolicies.Cache.Subscribe(_ => _queue.Add(Keys));
        using var namespaces = _cluster.Namespaces.Cache.Subscribe(_ => _queue.Add(Keys));
        using var pods = _cluster.Pods.Cache.Subscribe(c => _queue.Add(c.Key.Namespace!));
        await new ReconcileLoop<string>("workloads", _queue, ReconcileAsync, _logger).RunAsync(4, cancel);
    }

    /// <inheritdoc />
    public void Dispose() => _queue.Dispose();

    private void Note(EntityChange<WorkloadTag> change)
    {
        _tags.Note(change);
        _queue.Add(change.Entity.Spec.Namespace);
    }

    private async Task<Requeue> ReconcileAsync(string ns, CancellationToken cancel)
    {
        if (ns is Keys)
        {
            foreach (var concerned in _keys.Rethink())
            {
                _queue.Add(concerned);
            }

            return Requeue.Done;
        }

        if (_cluster.Network is not { } network || _keys.InForce is not { } keys)
        {
            return Requeue.Done;
        }

        await _tags.AskAsync(ns, cancel);
        var tags = _tags.TagsOf(ns);
        var agents = Agents();
        var inForce = WorkloadLabels.Normalize(keys.In(ns));
        var newest = tags.Where(t => TagPlan.HasKeys(t, inForce)).Select(t => t.Metadata.ResourceVersion).MaxBy(v => ulong.TryParse(v, out var n) ? n : 0);
        var moved = NetworkStatus.SameKeys(network.Status?.LabelKeys.OrEmpty() ?? [], keys.ToStatus())
            && (newest is null || agents.AllPresentApplied(newest, _cluster.Heartbeats.IsAlive));
        var plan = TagPlan.Of(ns, inForce, _podsByNamespace[ns].Select(Labels), tags, moved);

        var missing = await _tags.GiveAsync(plan.Missing, agents.AllNftables, cancel);
        foreach (var tag in plan.Revivals)
        {
            await SetAsync(tag, new WorkloadTagStatus(), cancel);
        }

        _findings.TagsShort(ns, missing);
        if (missing == 0)
        {
            _keys.Served(ns, keys);
        }

        if (!plan.Releases.IsEmpty)
        {
            await ReleaseAsync(ns, inForce, moved, cancel);
        }

        return !plan.Superseded.IsEmpty ? Requeue.After(TimeSpan.FromSeconds(2))
            : _tags.IsWaiting(ns) ? Requeue.After(TagGiver.Patience)
            : missing > 0 ? Requeue.After(TimeSpan.FromSeconds(10))
            : Requeue.Done;
    }

    private AgentReports Agents() => new(
        _cluster.Subnets.Cache.Snapshot().Where(s => s.Status?.Phase != AllocationPhase.Released).Select(s => s.Spec.NodeName),
        _cluster.Leases.Cache.Snapshot());

    private static IReadOnlyDictionary<string, string> Labels(PodMetadata pod) =>
        pod.Metadata.Labels ?? ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Releases what no pod uses, by a list from the store: a cache that is behind must take no tag from a running workload.</summary>
    private async Task ReleaseAsync(string ns, ImmutableArray<string> keys, bool moved, CancellationToken cancel)
    {
        var pods = new List<IReadOnlyDictionary<string, string>>();
        await foreach (var pod in _cluster.Pods.Client.ListAllAsync(new EntitySelection { Namespace = ns }, cancel))
        {
            pods.Add(Labels(pod));
        }

        foreach (var tag in TagPlan.Of(ns, keys, pods, _tags.TagsOf(ns), moved).Releases)
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

    [LoggerMessage(EventId = 312, Level = LogLevel.Information, Message = "Tag {Tag} of namespace {Namespace} is released")]
    private static partial void Released(ILogger logger, Tag tag, string @namespace);
}
