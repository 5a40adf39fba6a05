using Overlay.Api.Objects;

namespace Overlay.Kube.Reconciling;

/// <summary>Cleans up before an object may go.</summary>
/// <typeparam name="T">The kind.</typeparam>
public interface IEntityFinalizer<in T>
    where T : class, IEntity
{
    /// <summary>The name the object carries, as <c>overlay-cni.io/subnets</c>.</summary>
    string Name { get; }

    /// <summary>Cleans up; when it returns the object is let go, when it throws it is tried again. May be called more than once.</summary>
    /// <param name="entity">The object, its deletion asked for.</param>
    /// <param name="cancel">Ends the work.</param>
    Task FinalizeAsync(T entity, CancellationToken cancel);
}
