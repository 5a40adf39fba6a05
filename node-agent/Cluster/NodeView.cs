using Overlay.Api.Network;
using Overlay.Api.Objects;
using Overlay.Kube.Core;

namespace Overlay.NodeAgent.Cluster;

/// <summary>This node's view of the cluster's objects, as of now.</summary>
internal sealed class NodeView(ClusterCaches caches, string nodeName)
{
    /// <summary>This node's object; null while it is not known.</summary>
    public Node? Node => caches.Nodes.Find(new ObjectKey(null, nodeName));

    /// <summary>What the objects mean for this node; null with the reason while it can not take part.</summary>
    public (NodeNetwork? Network, string? Waiting) Read()
    {
        if (!caches.Networks.HasSynced || !caches.Subnets.HasSynced || !caches.Nodes.HasSynced)
            return (null, $"the API server has not been heard of yet (waiting for {string.Join(", ", caches.Missing)})");
        var network = caches.Networks.Find(new ObjectKey(null, OverlayNetwork.DefaultName));
        return NodeNetwork.Of(network, caches.Subnets.Snapshot(), nodeName, Node?.Metadata.Uid);
    }
}
