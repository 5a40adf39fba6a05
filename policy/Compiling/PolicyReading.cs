using System.Collections.Immutable;
using Overlay.Api.Policies;

namespace Overlay.Policy;

/// <summary>Reads every kind of policy into models, sorted in the order of judgement.</summary>
internal static class PolicyReading
{
    /// <summary>All policies, those that are only audited included.</summary>
    public static ImmutableArray<PolicyModel> ReadAll(
        IEnumerable<OverlayPolicy> own,
        IEnumerable<NetworkPolicy> namespaced,
        IEnumerable<ClusterNetworkPolicy> cluster
    )
    {
        var selectors = new SelectorPool();
        var namespacedReader = new NamespacedPolicyReader(selectors);
        var clusterReader = new ClusterPolicyReader(selectors);
        return
        [
            .. own.Select(policy => namespacedReader.Read(policy).Model)
                .Concat(namespaced.Select(policy => namespacedReader.Read(policy).Model))
                .Concat(cluster.Select(policy => clusterReader.Read(policy).Model))
                .Order(PolicyOrder.Instance),
        ];
    }
}
