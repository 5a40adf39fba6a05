using Overlay.Api.Network;
using Overlay.Api.Objects;
using Overlay.Kube.Core;

namespace Overlay.NodeAgent.Cluster;

/// <summary>This node's view of the cluster's objects, as of now. Thread-safe.</summary>
internal sealed class NodeView(ClusterCaches caches, string nodeName)
{
    private readonly Lock _lock = new();
    private (long Networks, long Subnets, string? Uid)? _readOf;
    private (NodeNetwork? Network, string? Waiting) _read;

    /// <summary>This node's object; null while it is not known.</summary>
    public Node? Node => caches.Nodes.Find(new ObjectKey(null, nodeName));

    /// <summary>What the objects mean for this node, the same object until they change; null with the reason while it can not take part.</summary>
    public (NodeNetwork? Network, string? Waiting) Read()
    {
        if (!caches.Networks.HasSynced || !caches.Subnets.HasSynced || !caches.Nodes.HasSynced)
            return (null, $"the API server has not been heard of yet (waiting for {string.Join(", ", caches.Missing)})");
        lock (_lock)
        {
            // Asked before the objects are: whatever comes between is looked at again next time.
            var of = (caches.Networks.Version, caches.Subnets.Version, Node?.Metadata.Uid);
            if (_readOf != of)
            {
                var network = caches.Networks.Find(new ObjectKey(null, OverlayNetwork.DefaultName));
                _read = NodeNetwork.Of(network, caches.Subnets.Snapshot(), nodeName, of.Uid);
                _readOf = of;
            }

            return _read;
        }
    }
}
