using Overlay.Api.Objects;

namespace Overlay.Kube.Caching;

/// <summary>
/// How objects of a kind go when all is well, for kinds that a running network hangs on. One that goes otherwise is lost, not gone: somebody deleted it by hand, or
/// its definition and all objects with it. A cache keeps what is lost, so that nobody's packets stop for it.
/// </summary>
/// <typeparam name="T">The kind.</typeparam>
public sealed record Leaving<T>
    where T : class, IEntity
{
    /// <summary>Whether an object that is deleted in this state is gone in earnest.</summary>
    public required Func<T, bool> IsDue { get; init; }

    /// <summary>Whether an object that has come (second) says that a lost one (first) does not hold any more.</summary>
    public Func<T, T, bool> IsOverruled { get; init; } = static (_, _) => false;

    /// <summary>How long a lost object is kept.</summary>
    public TimeSpan Kept { get; init; } = TimeSpan.FromDays(1);
}
