using System.Collections.Immutable;
using Overlay.Api.Objects;
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
        return [.. own.Select(Read).Concat(namespaced.Select(Read)).Concat(cluster.Select(Read)).Order(PolicyOrder.Instance)];
    }

    /// <summary>One policy of any kind.</summary>
    public static PolicyModel Read(IEntity policy) =>
        policy switch
        {
            OverlayPolicy own => NamespacedPolicyReader.Read(own).Model,
            NetworkPolicy namespaced => NamespacedPolicyReader.Read(namespaced).Model,
            ClusterNetworkPolicy cluster => ClusterPolicyReader.Read(cluster).Model,
            _ => throw new ArgumentException($"{policy.Kind} {policy.Metadata.Key} is no policy.", nameof(policy)),
        };
}
