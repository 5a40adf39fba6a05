using Overlay.Api.Objects;

namespace Overlay.Kube.Caching;

/// <summary>What is made of all objects of a cache: made when it is asked for, and kept until they change. Not thread-safe.</summary>
/// <typeparam name="T">The kind.</typeparam>
/// <typeparam name="TResult">What is made.</typeparam>
/// <param name="cache">The cache.</param>
/// <param name="make">Makes it; a pure function of the objects.</param>
public sealed class Derived<T, TResult>(IEntityCache<T> cache, Func<T[], TResult> make)
    where T : class, IEntity
{
    private (long Version, TResult Result)? _made;

    /// <summary>What the objects make that are there now.</summary>
    public TResult Value
    {
        get
        {
            // Asked before the objects are: whatever comes between is looked at again next time.
            var version = cache.Version;
            if (_made is not { } made || made.Version != version)
                _made = made = (version, make(cache.Snapshot()));
            return made.Result;
        }
    }
}
