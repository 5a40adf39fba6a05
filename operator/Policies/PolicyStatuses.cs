using System.Collections.Immutable;
using Overlay.Api.Objects;
using Overlay.Api.Policies;
using Overlay.Operator.Agents;
using Overlay.Operator.Network;

namespace Overlay.Operator.Policies;

/// <summary>Policies with the status that they shall have; null: they have it. Pure.</summary>
internal static class PolicyStatuses
{
    /// <summary>Of an OverlayPolicy, whose status is all ours.</summary>
    public static OverlayPolicy? Of(OverlayPolicy policy, AgentReports agents, DateTimeOffset now)
    {
        var generation = policy.Metadata.Generation;
        var present = policy.Status?.Conditions.OrEmpty() ?? [];
        var wanted = Conditions.Merge(present, [Acceptance.Of(policy)], generation, now);
        var inForce = Spread.Of(policy, agents, now);
        return policy.Status?.ObservedGeneration == generation && Same(present, wanted) && inForce == policy.Status?.InForce
            ? null
            : policy with { Status = new OverlayPolicyStatus { ObservedGeneration = generation, Conditions = wanted, InForce = inForce } };
    }

    /// <summary>Of a ClusterNetworkPolicy: our condition; those that others put there stay.</summary>
    public static ClusterNetworkPolicy? Of(ClusterNetworkPolicy policy, DateTimeOffset now)
    {
        var present = policy.Status?.Conditions.OrEmpty() ?? [];
        var ours = Conditions.Merge(present, [Acceptance.Of(policy)], policy.Metadata.Generation, now);
        ImmutableArray<Condition> wanted = [.. present.Where(theirs => !ours.Any(own => own.Type == theirs.Type)), .. ours];
        return Same(present, wanted) ? null : policy with { Status = new ClusterNetworkPolicyStatus { Conditions = wanted } };
    }

    private static bool Same(ImmutableArray<Condition> left, ImmutableArray<Condition> right) => Untimed(left).SequenceEqual(Untimed(right));

    private static IEnumerable<Condition> Untimed(ImmutableArray<Condition> conditions) =>
        conditions.OrderBy(c => c.Type, StringComparer.Ordinal).Select(c => c with { LastTransitionTime = null });
}
