using Microsoft.Extensions.Logging;
using Overlay.Api.Nodes;
using Overlay.Api.Objects;
using Overlay.Kube.Core;
using Overlay.Kube.Entities;
using Overlay.Operator.Cluster;
using Overlay.Operator.Subnets;

namespace Overlay.Operator.Nodes;

/// <summary>Keeps each Node's condition NetworkUnavailable as <see cref="NetworkAvailability"/> says. Needs the right to patch nodes/status.</summary>
internal sealed partial class AvailabilityController(ClusterView cluster, Action mayAct, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    /// <summary>A watch without a word for longer than this may be dead: leases then look expired that are not.</summary>
    private static readonly TimeSpan Blind = TimeSpan.FromMinutes(2);

    private readonly Absences _absences = new(time);

    /// <summary>Works until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        while (true)
        {
            await PassAsync(cancel);
            await Task.Delay(Every, time, cancel);
        }
    }

    private async Task PassAsync(CancellationToken cancel)
    {
        if (cluster.Leases.Cache.Staleness > Blind)
        {
            _absences.Forget();
            return;
        }

        var now = time.GetUtcNow();
        var leases = cluster.Leases.Cache.Snapshot().ToDictionary(lease => lease.Metadata.Name, StringComparer.Ordinal);
        var served = cluster.Subnets.Cache.Snapshot().Where(subnet => !SubnetPlan.IsReleased(subnet)).Select(subnet => subnet.Spec.NodeUid).ToHashSet(StringComparer.Ordinal);
        var nodes = cluster.Nodes.Cache.Snapshot();
        _absences.Keep(nodes.Select(node => node.Metadata.Name).ToHashSet(StringComparer.Ordinal));
        foreach (var node in nodes)
        {
            var lives = Lives(leases.GetValueOrDefault(AgentLease.NameOf(node.Metadata.Name)), node);
            var away = _absences.See(node.Metadata.Name, !lives);
            if (NetworkAvailability.Change(node, lives && served.Contains(node.Metadata.Uid ?? ""), away, now) is { } condition)
                await WriteAsync(node, condition, cancel);
        }
    }

    /// <summary>Its Lease is renewed, of this very Node, and says which rules are in force: it does so only when they are.</summary>
    private bool Lives(Lease? lease, Node node) =>
        lease is not null
        && cluster.Heartbeats.IsAlive(lease)
        && lease.Metadata.Annotations?.ContainsKey(AgentLease.BackendAnnotation) == true
        && (lease.Metadata.OwnerReferences ?? []).All(owner => string.Equals(owner.Uid, node.Metadata.Uid, StringComparison.Ordinal));

    private async Task WriteAsync(Node node, NodeCondition condition, CancellationToken cancel)
    {
        try
        {
            mayAct();
            // Applied, so that of the list of conditions only this one is ours; by UID, so that a Node made anew is not meant.
            var ours = new Node { Metadata = new ObjectMeta { Name = node.Metadata.Name, Uid = node.Metadata.Uid }, Status = new NodeStatus { Conditions = [condition] } };
            await cluster.Nodes.Client.ApplyStatusAsync(ours, force: true, cancel);
            Written(logger, node.Metadata.Name, condition.Status, condition.Reason!);
        }
        catch (KubernetesException error)
        {
            // The next pass tries again; one node's refusal must not keep the others waiting.
            NotWritten(logger, node.Metadata.Name, error.Message);
        }
    }

    [LoggerMessage(EventId = 341, Level = LogLevel.Information, Message = "Node {Node}: NetworkUnavailable is {Status} ({Reason})")]
    private static partial void Written(ILogger logger, string node, string status, string reason);

    [LoggerMessage(EventId = 342, Level = LogLevel.Warning, Message = "Node {Node}: its condition NetworkUnavailable could not be written: {Reason}")]
    private static partial void NotWritten(ILogger logger, string node, string reason);
}
