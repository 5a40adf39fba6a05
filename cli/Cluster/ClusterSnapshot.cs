using System.Collections.Immutable;
using Overlay.Api.Network;
using Overlay.Api.Policies;
using Overlay.Api.Subnets;
using Overlay.Api.Workloads;
using Overlay.Kube.Core;

namespace Overlay.Cli.Cluster;

/// <summary>The objects that a status is told from, as they were at one time.</summary>
internal sealed record ClusterSnapshot
{
    /// <summary>All there are: one should be.</summary>
    public ImmutableArray<OverlayNetwork> Networks { get; init; } = [];

    /// <summary>All nodes.</summary>
    public ImmutableArray<Node> Nodes { get; init; } = [];

    /// <summary>All subnets, resting ones included.</summary>
    public ImmutableArray<Subnet> Subnets { get; init; } = [];

    /// <summary>All tags, resting ones included.</summary>
    public ImmutableArray<WorkloadTag> Tags { get; init; } = [];

    /// <summary>All OverlayPolicies.</summary>
    public ImmutableArray<OverlayPolicy> Policies { get; init; } = [];

    /// <summary>All NetworkPolicies.</summary>
    public ImmutableArray<NetworkPolicy> NetworkPolicies { get; init; } = [];

    /// <summary>All ClusterNetworkPolicies.</summary>
    public ImmutableArray<ClusterNetworkPolicy> ClusterPolicies { get; init; } = [];

    /// <summary>The Leases of Overlay's namespace.</summary>
    public ImmutableArray<Lease> Leases { get; init; } = [];

    /// <summary>Overlay's namespace.</summary>
    public required string OverlayNamespace { get; init; }
}
