using Overlay.Api.Json;
using Overlay.Api.Objects;
using Overlay.Kube.Core;

namespace Overlay.NodeAgent.Cluster.Known;

/// <summary>What is kept on disk: everything that rules, VTEP and pods are made from, and of each object what these need.</summary>
internal static class KnownKinds
{
    /// <summary>The kinds of a node's caches.</summary>
    public static IReadOnlyCollection<IKnownKind> Of(ClusterCaches caches) =>
        [
            new KnownKind<Api.Network.OverlayNetwork>(caches.Networks, OverlayJson.Default.OverlayNetwork, o => o with { Metadata = Kept.Slim(o.Metadata) }),
            new KnownKind<Api.Subnets.Subnet>(caches.Subnets, OverlayJson.Default.Subnet, o => o with { Metadata = Kept.Slim(o.Metadata) }, Kept.Of),
            new KnownKind<Api.Workloads.WorkloadTag>(caches.Tags, OverlayJson.Default.WorkloadTag, o => o with { Metadata = Kept.Slim(o.Metadata) }, Kept.Of),
            new KnownKind<Api.Policies.OverlayPolicy>(caches.Policies, OverlayJson.Default.OverlayPolicy, o => o with { Metadata = Kept.Slim(o.Metadata), Status = null }, Kept.Of),
            new KnownKind<Api.Policies.NetworkPolicy>(caches.NetworkPolicies, OverlayJson.Default.NetworkPolicy, o => o with { Metadata = Kept.Slim(o.Metadata) }, Kept.Of),
            new KnownKind<Api.Policies.ClusterNetworkPolicy>(caches.ClusterPolicies, OverlayJson.Default.ClusterNetworkPolicy, o => o with { Metadata = Kept.Slim(o.Metadata), Status = null }),
            new KnownKind<Namespace>(caches.Namespaces, CoreJson.Default.Namespace, o => o with { Metadata = Versionless(o.Metadata) }),
            new KnownKind<Node>(caches.Nodes, CoreJson.Default.Node, o => new Node { Metadata = Versionless(o.Metadata) with { Labels = null } }),
            new KnownKind<Pod>(caches.Pods, CoreJson.Default.Pod, o => o with { Metadata = Versionless(o.Metadata) with { Annotations = MirrorPod.Kept(o), OwnerReferences = MirrorPod.Owners(o) }, Status = null }),
        ];

    /// <summary>Kubelets renew Nodes and Pods all the time: without the version most of that changes nothing here.</summary>
    private static ObjectMeta Versionless(ObjectMeta of) => Kept.Slim(of) with { ResourceVersion = null };
}
