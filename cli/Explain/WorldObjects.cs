using System.Collections.Immutable;
using Overlay.Api.Network;
using Overlay.Api.Policies;
using Overlay.Api.Subnets;
using Overlay.Api.Workloads;
using Overlay.Kube.Core;

namespace Overlay.Cli.Explain;

/// <summary>The objects that an explanation is made of, wherever they are from.</summary>
internal sealed record WorldObjects
{
    /// <summary>The network; null: there is none.</summary>
    public OverlayNetwork? Network { get; init; }

    /// <summary>All OverlayPolicies.</summary>
    public ImmutableArray<OverlayPolicy> Policies { get; init; } = [];

    /// <summary>All NetworkPolicies.</summary>
    public ImmutableArray<NetworkPolicy> NetworkPolicies { get; init; } = [];

    /// <summary>All ClusterNetworkPolicies.</summary>
    public ImmutableArray<ClusterNetworkPolicy> ClusterPolicies { get; init; } = [];

    /// <summary>All namespaces.</summary>
    public ImmutableArray<Namespace> Namespaces { get; init; } = [];

    /// <summary>All tags.</summary>
    public ImmutableArray<WorkloadTag> Tags { get; init; } = [];

    /// <summary>All Subnets, which tell of nodes.</summary>
    public ImmutableArray<Subnet> Subnets { get; init; } = [];

    /// <summary>The pods that may be asked about.</summary>
    public ImmutableArray<Pod> Pods { get; init; } = [];
}
