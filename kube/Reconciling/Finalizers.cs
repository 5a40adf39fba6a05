using Overlay.Api.Objects;
using Overlay.Kube.Entities;

namespace Overlay.Kube.Reconciling;

/// <summary>Puts a finalizer on objects, and takes it off when its work is done.</summary>
/// <typeparam name="T">The kind.</typeparam>
/// <param name="client">Writes the objects.</param>
/// <param name="finalizer">The work.</param>
/// <param name="withFinalizers">Makes a copy of an object with other finalizers (<c>with { Metadata = ... }</c>).</param>
public sealed class Finalizers<T>(EntityClient<T> client, IEntityFinalizer<T> finalizer, Func<T, ObjectMeta, T> withFinalizers)
    where T : class, IEntity<T>
{
    /// <summary>
    /// Sees to it that a living object carries the finalizer, and that a dying one is cleaned up and let go.
    /// </summary>
    /// <param name="entity">The object as the cache has it.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <returns>Whether the object lives and may be reconciled.</returns>
    public async Task<bool> HandleAsync(T entity, CancellationToken cancel)
    {
        var carries = entity.Metadata.Finalizers?.Contains(finalizer.Name) ?? false;
        if (entity.Metadata.DeletionTimestamp is null)
        {
            if (!carries)
                await client.ChangeAsync(entity.Metadata.Key, With, cancel);
            return true;
        }

        if (carries)
        {
            await finalizer.FinalizeAsync(entity, cancel);
            await LetGoAsync(entity.Metadata.Key, cancel);
        }

        return false;
    }

    private async Task LetGoAsync(ObjectKey key, CancellationToken cancel)
    {
        try
        {
            await client.ChangeAsync(key, Without, cancel);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            // Somebody else let it go.
        }
    }

    private T? With(T present)
    {
        var there = present.Metadata.Finalizers ?? [];
        return present.Metadata.DeletionTimestamp is not null || there.Contains(finalizer.Name)
            ? null
            : withFinalizers(present, present.Metadata with { Finalizers = there.Add(finalizer.Name) });
    }

    private T? Without(T present)
    {
        var there = present.Metadata.Finalizers ?? [];
        return there.Contains(finalizer.Name)
            ? withFinalizers(present, present.Metadata with { Finalizers = there.Remove(finalizer.Name) })
            : null;
    }
}
