using Overlay.Api.Objects;

namespace Overlay.Kube.Reconciling;

/// <summary>Makes the world what one object says.</summary>
/// <typeparam name="T">The kind.</typeparam>
public interface IEntityController<T>
    where T : class, IEntity
{
    /// <summary>Compares desired with actual and mends the difference; called for each change, and may be called at any time.</summary>
    /// <param name="key">The object's name.</param>
    /// <param name="entity">The object as the cache has it now; null: it is gone.</param>
    /// <param name="cancel">Ends the work.</param>
    Task<Requeue> ReconcileAsync(ObjectKey key, T? entity, CancellationToken cancel);
}
