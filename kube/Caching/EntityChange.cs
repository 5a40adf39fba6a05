using Overlay.Api.Objects;

namespace Overlay.Kube.Caching;

/// <summary>One object's change in a cache.</summary>
/// <param name="Old">The object before; null: it was not there.</param>
/// <param name="New">The object after; null: it is gone.</param>
public readonly record struct EntityChange<T>(T? Old, T? New)
    where T : class, IEntity
{
    /// <summary>What happened.</summary>
    public ChangeKind Kind => Old is null ? ChangeKind.Added : New is null ? ChangeKind.Deleted : ChangeKind.Updated;

    /// <summary>The object as last known.</summary>
    public T Entity => New ?? Old!;

    /// <summary>Its name.</summary>
    public ObjectKey Key => Entity.Metadata.Key;
}

/// <summary>What happened to an object.</summary>
public enum ChangeKind
{
    /// <summary>It came.</summary>
    Added,

    /// <summary>It changed.</summary>
    Updated,

    /// <summary>It went.</summary>
    Deleted,
}
