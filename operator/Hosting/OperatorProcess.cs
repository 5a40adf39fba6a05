using Microsoft.Extensions.Logging;
using Overlay.Api.Nodes;
using Overlay.Api.Objects;
using Overlay.Api.Policies;
using Overlay.Kube.Connection;
using Overlay.Kube.Core;
using Overlay.Kube.Entities;
using Overlay.Kube.Events;
using Overlay.Kube.Leadership;
using Overlay.Kube.Memory;
using Overlay.Kube.Metrics;
using Overlay.Kube.Probes;
using Overlay.Kube.Reconciling;
using Overlay.Operator.Cluster;
using Overlay.Operator.Network;
using Overlay.Operator.Nodes;
using Overlay.Operator.Policies;
using Overlay.Operator.Subnets;
using Overlay.Operator.Workloads;

namespace Overlay.Operator.Hosting;

/// <summary>The operator, put together by hand: caches that run always, controllers that run while it leads.</summary>
internal sealed class OperatorProcess
{
    /// <summary>The Lease that operators lead by.</summary>
    public const string LeaseName = OperatorLease.Name;

    private readonly OperatorOptions _options;
    private readonly ILoggerFactory _logs;
    private readonly TimeProvider _time;
    private readonly ClusterView _cluster;
    private readonly WorkloadIndexes _indexes;
    private readonly FormerTags _formerTags;
    private readonly FormerSubnets _formerSubnets;
    private readonly EventRecorder _events;
    private readonly LeaderElector _elector;

    public OperatorProcess(OperatorOptions options, ClusterConnection connection, ILoggerFactory logs, TimeProvider? time = null)
    {
        _options = options;
        _logs = logs;
        _time = time ?? TimeProvider.System;
        _cluster = new ClusterView(connection, options.Namespace, logs, _time);
        _indexes = new WorkloadIndexes(_cluster);
        _formerTags = new FormerTags(_cluster.Tags.Cache, options.Rest, _time);
        _formerSubnets = new FormerSubnets(_cluster.Subnets.Cache, options.Rest, _time);
        _events = new EventRecorder(_cluster.Events, "overlay-operator", options.Identity, Log("events"));
        _elector = new LeaderElector(
            new EntityClient<Lease>(connection, CoreJson.Default.Lease),
            new LeaderElectionOptions
            {
                Lease = new ObjectKey(options.Namespace, LeaseName),
                Identity = options.Identity,
                LeaseDuration = options.LeaseDuration,
                RenewDeadline = options.RenewDeadline,
                RetryPeriod = options.RetryPeriod,
            },
            Log("leadership"));
    }

    /// <summary>Works until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var probes = _options.Probe is { } address ? new ProbeServer(address, Metrics(), Log("probes")) : null;
        probes?.Readiness.Add("caches", () => _cluster.HasSynced ? null : "the first lists have not all come");
        Task[] loops =
        [
            _cluster.RunAsync(stop.Token),
            _events.RunAsync(stop.Token),
            probes?.RunAsync(stop.Token) ?? Task.Delay(Timeout.Infinite, stop.Token),
            IdleTrim.RunAsync(stop.Token),
            LeadAsync(stop.Token),
        ];
        try
        {
            // Each runs for ever: the first to end fails the process, which is then started anew.
            await await Task.WhenAny(loops);
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(loops).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private async Task LeadAsync(CancellationToken cancel)
    {
        await _cluster.WaitForSyncAsync(cancel);
        if (_options.LeaderElection)
        {
            await _elector.RunAsync(term => WorkAsync(term.ThrowIfLost, term.Lost), cancel);
        }
        else
        {
            await WorkAsync(cancel.ThrowIfCancellationRequested, cancel);
        }
    }

    /// <summary>The leader's work; fresh queues each term.</summary>
    private async Task WorkAsync(Action mayAct, CancellationToken cancel)
    {
        var findings = new Findings();
        using var network = new NetworkController(_cluster, findings, _events, mayAct, _time, Log("network"));
        using var subnets = new SubnetController(_cluster, _formerSubnets, findings, _events, _options.Rest, mayAct, _time, Log("subnets"));
        using var workloads = new WorkloadController(_cluster, _indexes, _formerTags, findings, _events, mayAct, _time, Log("workloads"));
        using var policies = new Controller<OverlayPolicy>(
            _cluster.Policies.Cache,
            new PolicyController<OverlayPolicy>(_cluster.Policies.Client, (policy, now) => PolicyStatuses.Of(policy, _cluster.Agents(), now), Spread.LookAgain, mayAct, _time),
            Log("policies"));
        using var networkPolicies = new Controller<NetworkPolicy>(
            _cluster.NetworkPolicies.Cache, new NetworkPolicyController(_events, mayAct), Log("policies"));
        using var clusterPolicies = new Controller<ClusterNetworkPolicy>(
            _cluster.ClusterPolicies.Cache,
            new PolicyController<ClusterNetworkPolicy>(_cluster.ClusterPolicies.Client, PolicyStatuses.Of, static (_, _) => null, mayAct, _time),
            Log("policies"));
        var resting = new RestingTags(_cluster, _options.Rest, mayAct, _time, Log("workloads"));
        var availability = new AvailabilityController(_cluster, mayAct, _time, Log("nodes"));
        var label = new NamespaceLabel(_cluster, _options.Namespace, mayAct, _time, Log("namespace"));
        await Task.WhenAll(
            _options.LabelNamespace ? label.RunAsync(cancel) : Task.CompletedTask,
            network.RunAsync(cancel),
            subnets.RunAsync(cancel),
            workloads.RunAsync(cancel),
            policies.RunAsync(cancel),
            networkPolicies.RunAsync(cancel),
            clusterPolicies.RunAsync(cancel),
            resting.RunAsync(cancel),
            availability.RunAsync(cancel));
    }

    private MetricRegistry Metrics()
    {
        var metrics = new MetricRegistry();
        ProcessMetrics.AddTo(metrics);
        metrics.Gauge("overlay_operator_leader", "Whether this operator leads.", () => _elector.IsLeader ? 1 : 0);
        metrics.Gauge("overlay_nodes", "Nodes.", () => _cluster.Nodes.Cache.Count);
        metrics.Gauge("overlay_subnets", "Subnets, resting ones included.", () => _cluster.Subnets.Cache.Count);
        metrics.Gauge("overlay_subnets_released", "Subnets at rest.", () => _cluster.Subnets.Cache.Snapshot().Count(SubnetPlan.IsReleased));
        metrics.Gauge("overlay_workload_tags", "Tags, resting ones included.", () => _cluster.Tags.Cache.Count);
        metrics.Gauge("overlay_workload_tags_released", "Tags at rest.", () => _cluster.Tags.Cache.Snapshot().Count(TagPlan.IsReleased));
        metrics.Gauge("overlay_policies", "OverlayPolicies.", () => _cluster.Policies.Cache.Count);
        metrics.Gauge("overlay_network_policies", "NetworkPolicies.", () => _cluster.NetworkPolicies.Cache.Count);
        metrics.Gauge("overlay_cluster_network_policies", "ClusterNetworkPolicies.", () => _cluster.ClusterPolicies.Cache.Count);
        metrics.Gauge("overlay_pods", "Pods seen.", () => _cluster.Pods.Cache.Count);
        metrics.Counter("overlay_events_dropped_total", "Events that could not be written.", () => _events.Dropped);
        return metrics;
    }

    private ILogger Log(string concern) => _logs.CreateLogger($"Overlay.Operator.{concern}");
}
