using System.Collections.Immutable;
using Overlay.Api.Network;
using Overlay.Kube.Core;

namespace Overlay.Cli.Check;

/// <summary>What the API server tells of a cluster that Overlay is, or is to be, installed in.</summary>
internal sealed record ClusterFacts
{
    /// <summary>The pools: of the OverlayNetwork, or those that are meant.</summary>
    public required ImmutableArray<AddressPool> Pools { get; init; }

    /// <summary>All nodes.</summary>
    public ImmutableArray<CheckedNode> Nodes { get; init; } = [];

    /// <summary>All Services.</summary>
    public ImmutableArray<CheckedService> Services { get; init; } = [];

    /// <summary>The ranges of Services' addresses; none where the API server does not tell.</summary>
    public ImmutableArray<string> ServiceRanges { get; init; } = [];

    /// <summary>What kube-proxy was told; null where that is not to be found out.</summary>
    public ProxyConfiguration? Proxy { get; init; }

    /// <summary>The Leases of Overlay's namespace; none before it is installed.</summary>
    public ImmutableArray<Lease> Leases { get; init; } = [];
}
