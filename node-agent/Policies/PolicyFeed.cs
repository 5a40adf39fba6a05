using System.Collections.Immutable;
using Overlay.Api.Network;
using Overlay.Api.Policies;
using Overlay.Api.Subnets;
using Overlay.Api.Workloads;
using Overlay.Kube.Caching;
using Overlay.Kube.Core;
using Overlay.NodeAgent.Cluster;
using Overlay.Policy;

namespace Overlay.NodeAgent.Policies;

/// <summary>Tells the compiler what has changed in the cluster, so that a pass costs in proportion to that. Not thread-safe.</summary>
/// <param name="caches">The cluster's objects.</param>
internal sealed class PolicyFeed(ClusterCaches caches) : IDisposable
{
    private readonly NamespacePolicies<OverlayPolicy> _policies = new(PolicyKind.OverlayPolicy, caches.Policies, caches.Namespaces);
    private readonly NamespacePolicies<NetworkPolicy> _networkPolicies = new(PolicyKind.NetworkPolicy, caches.NetworkPolicies, caches.Namespaces);
    private readonly ChangeList<ClusterNetworkPolicy> _clusterPolicies = new(caches.ClusterPolicies);
    private readonly ChangeList<WorkloadTag> _tags = new(caches.Tags);
    private readonly Derived<Namespace, ImmutableArray<PolicyNamespace>> _namespaces = new(
        caches.Namespaces,
        all => [.. all.Select(n => new PolicyNamespace(n.Metadata.Name, n.Metadata.Labels ?? ImmutableSortedDictionary<string, string>.Empty))]
    );
    private readonly Derived<Subnet, ImmutableArray<PolicyNode>> _nodes = new(
        caches.Subnets,
        all => [.. SubnetNode.Of(all).Select(n => new PolicyNode(n.Name, n.Labels, n.Underlay, n.Overlay))]
    );

    /// <summary>What has changed since the last call.</summary>
    /// <param name="inhabited">Namespaces that local pods are of.</param>
    /// <param name="pods">The local pods.</param>
    /// <param name="settings">The network's settings.</param>
    public InputChanges Changes(IReadOnlySet<string> inhabited, ImmutableArray<LocalPod> pods, OverlayNetworkSpec settings) =>
        new(
            [
                .. _policies.Changes(inhabited),
                .. _networkPolicies.Changes(inhabited),
                .. _clusterPolicies.Drain().Select(change => new PolicyChange(new PolicyName(PolicyKind.ClusterNetworkPolicy, change.Key), change.New)),
            ],
            [.. _tags.Drain().Select(change => new TagChange(change.Old, change.New))],
            new PolicySurroundings(_namespaces.Value, _nodes.Value, pods, settings.WorkloadLabels, settings.Policy.DefaultAction)
        );

    /// <summary>The next call tells everything, as if nothing had been told.</summary>
    public void Restart()
    {
        _policies.Restart();
        _networkPolicies.Restart();
        _clusterPolicies.Restart();
        _tags.Restart();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _policies.Dispose();
        _networkPolicies.Dispose();
        _clusterPolicies.Dispose();
        _tags.Dispose();
    }
}
