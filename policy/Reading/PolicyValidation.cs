using System.Collections.Immutable;
using Overlay.Api.Policies;

namespace Overlay.Policy;

/// <summary>Whether a policy can be compiled. One that can't isolates what it selects and grants nothing.</summary>
public static class PolicyValidation
{
    /// <summary>Everything that is wrong with a policy, in the order of its fields; empty: accepted.</summary>
    /// <param name="policy">The policy, as the API server gave it.</param>
    public static ImmutableArray<PolicyProblem> Check(OverlayPolicy policy) => NamespacedPolicyReader.Read(policy).Problems;

    /// <summary>Everything that is wrong with a policy, in the order of its fields; empty: accepted.</summary>
    /// <param name="policy">The policy, as the API server gave it.</param>
    public static ImmutableArray<PolicyProblem> Check(NetworkPolicy policy) => NamespacedPolicyReader.Read(policy).Problems;

    /// <summary>Everything that is wrong with a policy, in the order of its fields; empty: accepted.</summary>
    /// <param name="policy">The policy, as the API server gave it.</param>
    public static ImmutableArray<PolicyProblem> Check(ClusterNetworkPolicy policy) => ClusterPolicyReader.Read(policy).Problems;
}
