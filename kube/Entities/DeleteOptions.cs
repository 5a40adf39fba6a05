namespace Overlay.Kube.Entities;

/// <summary>Conditions and manner of a deletion (meta/v1 DeleteOptions).</summary>
public sealed record DeleteOptions
{
    /// <summary>Delete only the object with this UID.</summary>
    public string? Uid { get; init; }

    /// <summary>Delete only this version of the object: whoever changed it meanwhile wins.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>What happens to the objects it owns.</summary>
    public Propagation? Propagation { get; init; }

    /// <summary>How long the object may take to end by itself; null: the kind's own time.</summary>
    public TimeSpan? GracePeriod { get; init; }

    /// <summary>Exactly the object that was read: same UID, same version.</summary>
    /// <param name="meta">The object's metadata as read.</param>
    public static DeleteOptions Exactly(Api.Objects.ObjectMeta meta) => new() { Uid = meta.Uid, ResourceVersion = meta.ResourceVersion };
}

/// <summary>What happens to the objects that a deleted one owns.</summary>
public enum Propagation
{
    /// <summary>They lose their owner and stay.</summary>
    Orphan,

    /// <summary>They go after it.</summary>
    Background,

    /// <summary>They go before it.</summary>
    Foreground,
}
