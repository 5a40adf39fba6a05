using Overlay.Api.Objects;
using Overlay.Kube.Caching;

namespace Overlay.NodeAgent.Policies;

/// <summary>What has changed in a cache since it was last asked, each object once. Thread-safe.</summary>
/// <typeparam name="T">The kind.</typeparam>
internal sealed class ChangeList<T> : IDisposable
    where T : class, IEntity
{
    private readonly Lock _lock = new();
    private readonly EntityCache<T> _cache;
    private Dictionary<ObjectKey, EntityChange<T>> _changes = [];
    private IDisposable _following;

    /// <summary>Follows a cache; what is there already has come.</summary>
    public ChangeList(EntityCache<T> cache)
    {
        _cache = cache;
        _following = cache.Subscribe(Take);
    }

    /// <summary>The changes, which are then forgotten.</summary>
    public IReadOnlyCollection<EntityChange<T>> Drain()
    {
        lock (_lock)
        {
            var changes = _changes.Values;
            _changes = [];
            return changes;
        }
    }

    /// <summary>Begins anew: all that is there has come.</summary>
    public void Restart()
    {
        _following.Dispose();
        _ = Drain();
        _following = _cache.Subscribe(Take);
    }

    /// <inheritdoc />
    public void Dispose() => _following.Dispose();

    private void Take(EntityChange<T> change)
    {
        lock (_lock)
        {
            var whole = _changes.TryGetValue(change.Key, out var earlier) ? change with { Old = earlier.Old } : change;
            if (whole is { Old: null, New: null })
                _changes.Remove(change.Key);
            else
                _changes[change.Key] = whole;
        }
    }
}
