using System.Collections.Immutable;
using Overlay.Api.Objects;
using Overlay.Policy;

namespace Overlay.Cli.Explain;

/// <summary>What is wrong with policies that have a say in an answer. Pure.</summary>
internal static class RefusedPolicies
{
    /// <summary>A note on each that is not understood in full.</summary>
    /// <param name="inputs">All policies.</param>
    /// <param name="isolating">The namespaced policies that isolate one of the ends.</param>
    public static IEnumerable<string> Notes(PolicyInputs inputs, IReadOnlySet<PolicyName> isolating)
    {
        var own = inputs.Policies.Select(policy => (Name: Name(PolicyKind.OverlayPolicy, policy), Problems: Texts(policy.Unreadable, PolicyValidation.Check(policy))));
        var network = inputs.NetworkPolicies.Select(policy => (Name: Name(PolicyKind.NetworkPolicy, policy), Problems: Texts(policy.Unreadable, PolicyValidation.Check(policy))));
        var cluster = inputs.ClusterPolicies.Select(policy => (Name: Name(PolicyKind.ClusterNetworkPolicy, policy), Problems: Texts(policy.Unreadable, PolicyValidation.Check(policy))));
        return own.Concat(network)
            .Where(policy => !policy.Problems.IsEmpty && isolating.Contains(policy.Name))
            .Select(policy => $"{policy.Name} is refused, so it isolates and allows nothing: {string.Join("; ", policy.Problems)}")
            .Concat(
                cluster.Where(policy => !policy.Problems.IsEmpty)
                    .Select(policy => $"{policy.Name} is not understood in full, and what is not denies: {string.Join("; ", policy.Problems)}"));
    }

    private static PolicyName Name(PolicyKind kind, IEntity policy) => new(kind, policy.Metadata.Key);

    private static ImmutableArray<string> Texts(string? unreadable, ImmutableArray<PolicyProblem> problems) =>
        unreadable is not null ? [unreadable] : [.. problems.Select(problem => problem.ToString())];
}
