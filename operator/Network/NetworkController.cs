using Microsoft.Extensions.Logging;
using Overlay.Api.Network;
using Overlay.Api.Objects;
using Overlay.Kube.Core;
using Overlay.Kube.Entities;
using Overlay.Kube.Events;
using Overlay.Kube.Queueing;
using Overlay.Kube.Reconciling;
using Overlay.Operator.Cluster;

namespace Overlay.Operator.Network;

/// <summary>Keeps the status of every OverlayNetwork: conditions, keys in force, how full the pools are.</summary>
internal sealed class NetworkController(
    ClusterView cluster, Findings findings, EventRecorder events, Action mayAct, TimeProvider time, ILogger logger) : IDisposable
{
    // Findings come in bursts when many nodes join; agents watch this object, so it changes at most this often.
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(250);

    private readonly WorkQueue<ObjectKey> _queue = new();

    /// <summary>Works until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        using var changes = cluster.Networks.Cache.Subscribe(c => _queue.Add(c.Key));
        findings.Changed = Ring;
        await new ReconcileLoop<ObjectKey>("overlaynetworks", _queue, ReconcileAsync, logger).RunAsync(1, cancel);
    }

    /// <inheritdoc />
    public void Dispose() => _queue.Dispose();

    private void Ring() => _queue.AddAfter(new ObjectKey(null, OverlayNetwork.DefaultName), Gather);

    private async Task<Requeue> ReconcileAsync(ObjectKey key, CancellationToken cancel)
    {
        if (cluster.Networks.Cache.Find(key) is not { } network)
        {
            return Requeue.Done;
        }

        var status = key.Name is OverlayNetwork.DefaultName
            ? NetworkStatus.Of(network, PoolReview.Of(network.Spec.Pools.OrEmpty()), findings, time.GetUtcNow())
            : NetworkStatus.OfStray(network, time.GetUtcNow());
        if (NetworkStatus.Same(network.Status, status))
        {
            return Requeue.Done;
        }

        try
        {
            mayAct();
            await cluster.Networks.Client.UpdateStatusAsync(network with { Status = status }, cancel);
        }
        catch (KubernetesException e) when (e.IsConflict || e.IsNotFound)
        {
            // The cache is behind; what it will hear of brings the key back.
            return Requeue.After(Gather);
        }

        Tell(network, status);
        return Requeue.Done;
    }

    private void Tell(OverlayNetwork network, OverlayNetworkStatus status)
    {
        var before = network.Status?.Conditions.OrEmpty() ?? [];
        var about = ObjectReference.To(network);
        foreach (var condition in status.Conditions)
        {
            var old = before.FirstOrDefault(b => string.Equals(b.Type, condition.Type, StringComparison.Ordinal));
            var isBad = condition.Status is "True" == condition.Type.EndsWith("Exhausted", StringComparison.Ordinal);
            var isNews = condition.Type is not "Ready" || condition.Reason is "WrongName";
            if (isBad && isNews && !string.Equals(old?.Message, condition.Message, StringComparison.Ordinal))
            {
                events.Warning(about, condition.Reason, condition.Message);
            }
        }
    }
}
