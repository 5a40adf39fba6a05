using Overlay.Api.Objects;

namespace Overlay.Kube.Caching;

/// <summary>Finds the objects of a cache by something else than their name.</summary>
/// <typeparam name="T">The kind.</typeparam>
/// <typeparam name="TKey">What they are found by.</typeparam>
public sealed class EntityIndex<T, TKey> : IEntityIndex<T>
    where T : class, IEntity
    where TKey : notnull
{
    private readonly Dictionary<TKey, HashSet<T>> _byKey = [];
    private readonly Func<T, IEnumerable<TKey>> _keys;
    private readonly Lock _gate;

    internal EntityIndex(string name, Func<T, IEnumerable<TKey>> keys, Lock gate)
    {
        Name = name;
        _keys = keys;
        _gate = gate;
    }

    /// <summary>What the index is by.</summary>
    public string Name { get; }

    /// <summary>The objects under a key, in no order; none: empty.</summary>
    /// <param name="key">The key.</param>
    public IReadOnlyList<T> this[TKey key]
    {
        get
        {
            lock (_gate)
                return _byKey.TryGetValue(key, out var found) ? found.ToArray() : [];
        }
    }

    /// <summary>The keys that have objects.</summary>
    public IReadOnlyList<TKey> Keys
    {
        get
        {
            lock (_gate)
                return [.. _byKey.Keys];
        }
    }

    void IEntityIndex<T>.Put(T entity)
    {
        foreach (var key in _keys(entity))
        {
            if (!_byKey.TryGetValue(key, out var there))
                _byKey[key] = there = new HashSet<T>(ReferenceEqualityComparer.Instance);
            there.Add(entity);
        }
    }

    void IEntityIndex<T>.Drop(T entity)
    {
        foreach (var key in _keys(entity))
        {
            if (_byKey.TryGetValue(key, out var there) && there.Remove(entity) && there.Count == 0)
                _byKey.Remove(key);
        }
    }
}

/// <summary>An index as its cache sees it; called under the cache's lock.</summary>
internal interface IEntityIndex<T>
{
    void Put(T entity);

    void Drop(T entity);
}
