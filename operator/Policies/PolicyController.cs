using Overlay.Api.Objects;
using Overlay.Kube.Entities;
using Overlay.Kube.Reconciling;

namespace Overlay.Operator.Policies;

/// <summary>Tells in a policy's status whether it was accepted, or why not.</summary>
/// <typeparam name="T">A kind of policy that has a status.</typeparam>
/// <param name="client">Writes it.</param>
/// <param name="judged">The policy with the status that it shall have (see <see cref="PolicyStatuses"/>); null: it has it.</param>
/// <param name="again">When to look at a policy again although it has not changed; null: only at a change.</param>
/// <param name="mayAct">Throws when others act by now.</param>
/// <param name="time">The clock.</param>
internal sealed class PolicyController<T>(EntityClient<T> client, Func<T, DateTimeOffset, T?> judged, Func<T, DateTimeOffset, TimeSpan?> again, Action mayAct, TimeProvider time) : IEntityController<T>
    where T : class, IEntity<T>
{
    /// <inheritdoc />
    public async Task<Requeue> ReconcileAsync(ObjectKey key, T? entity, CancellationToken cancel)
    {
        if (entity is null)
        {
            return Requeue.Done;
        }

        if (judged(entity, time.GetUtcNow()) is not { } wanted)
        {
            return new Requeue(again(entity, time.GetUtcNow()));
        }

        try
        {
            mayAct();
            await client.UpdateStatusAsync(wanted, cancel);
        }
        catch (KubernetesException e) when (e.IsConflict || e.IsNotFound)
        {
            // It has changed since; hearing of that brings it back.
        }

        return Requeue.Done;
    }
}
