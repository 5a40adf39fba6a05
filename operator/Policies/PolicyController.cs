using System.Collections.Immutable;
using Overlay.Api.Objects;
using Overlay.Api.Policies;
using Overlay.Kube.Entities;
using Overlay.Kube.Reconciling;
using Overlay.Operator.Network;
using Overlay.Policy;

namespace Overlay.Operator.Policies;

/// <summary>Tells in a policy's status whether it was accepted, or why not.</summary>
internal sealed class PolicyController(EntityClient<OverlayPolicy> client, Action mayAct, TimeProvider time) : IEntityController<OverlayPolicy>
{
    /// <inheritdoc />
    public async Task<Requeue> ReconcileAsync(ObjectKey key, OverlayPolicy? entity, CancellationToken cancel)
    {
        if (entity is null)
        {
            return Requeue.Done;
        }

        var status = StatusOf(entity, time.GetUtcNow());
        if (Same(entity.Status, status))
        {
            return Requeue.Done;
        }

        try
        {
            mayAct();
            await client.UpdateStatusAsync(entity with { Status = status }, cancel);
        }
        catch (KubernetesException e) when (e.IsConflict || e.IsNotFound)
        {
            // It has changed since; hearing of that brings it back.
        }

        return Requeue.Done;
    }

    /// <summary>The status of a policy. Pure.</summary>
    internal static OverlayPolicyStatus StatusOf(OverlayPolicy policy, DateTimeOffset now)
    {
        var problems = PolicyValidation.Check(policy);
        var accepted = problems.IsEmpty
            ? Conditions.Of("Accepted", true, "Accepted", "The policy is in force.")
            : Conditions.Of("Accepted", false, "Invalid", $"The policy isolates the pods it selects and allows nothing. {string.Join("; ", problems)}");
        return new OverlayPolicyStatus
        {
            ObservedGeneration = policy.Metadata.Generation,
            Conditions = Conditions.Merge(policy.Status?.Conditions.OrEmpty() ?? [], [accepted], policy.Metadata.Generation, now),
        };
    }

    private static bool Same(OverlayPolicyStatus? left, OverlayPolicyStatus right) =>
        left is not null
        && left.ObservedGeneration == right.ObservedGeneration
        && Untimed(left.Conditions.OrEmpty()).SequenceEqual(Untimed(right.Conditions));

    private static IEnumerable<Condition> Untimed(ImmutableArray<Condition> conditions) => conditions.Select(c => c with { LastTransitionTime = null });
}
