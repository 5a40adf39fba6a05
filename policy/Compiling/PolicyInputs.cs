using System.Collections.Immutable;
using Overlay.Api.Network;
using Overlay.Api.Policies;
using Overlay.Api.Workloads;

namespace Overlay.Policy;

/// <summary>All that verdicts are made of.</summary>
/// <remarks>
/// A policy of a namespace that is being deleted stays in force while it is listed here: the caller keeps it until the namespace's last local pod is gone.
/// </remarks>
public sealed record PolicyInputs
{
    /// <summary>Every OverlayPolicy of the cluster, in any order.</summary>
    public ImmutableArray<OverlayPolicy> Policies { get; init; } = [];

    /// <summary>Every NetworkPolicy of the cluster, in any order.</summary>
    public ImmutableArray<NetworkPolicy> NetworkPolicies { get; init; } = [];

    /// <summary>Every ClusterNetworkPolicy, in any order.</summary>
    public ImmutableArray<ClusterNetworkPolicy> ClusterPolicies { get; init; } = [];

    /// <summary>Every namespace with its labels. One that is missing is selected by no namespace selector but the empty one, and may be denied by any.</summary>
    public ImmutableArray<PolicyNamespace> Namespaces { get; init; } = [];

    /// <summary>Every tag of the cluster. Released ones get no grants of their own.</summary>
    public ImmutableArray<WorkloadTag> Tags { get; init; } = [];

    /// <summary>Every node of the cluster.</summary>
    public ImmutableArray<PolicyNode> Nodes { get; init; } = [];

    /// <summary>The pods of this node.</summary>
    public ImmutableArray<LocalPod> Pods { get; init; } = [];

    /// <summary>The label keys that always tell workloads apart (<c>OverlayNetwork.spec.workloadLabels</c>).</summary>
    public ImmutableArray<string> WorkloadLabels { get; init; } = OverlayNetworkSpec.DefaultWorkloadLabels;

    /// <summary>Deny: what no policy decides does not come in to any workload.</summary>
    public DefaultAction DefaultAction { get; init; } = DefaultAction.Allow;

    internal PolicySurroundings Surroundings => new(Namespaces, Nodes, Pods, WorkloadLabels, DefaultAction);
}
