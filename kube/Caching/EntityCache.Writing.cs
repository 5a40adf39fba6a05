using Overlay.Api.Objects;

namespace Overlay.Kube.Caching;

public sealed partial class EntityCache<T>
{
    /// <summary>Takes over an object that was added or changed, unless the cache knows a later state of it already.</summary>
    /// <param name="entity">The object.</param>
    /// <returns>Whether it was news.</returns>
    public bool Put(T entity)
    {
        lock (_writing)
        {
            Touch();
            var key = entity.Metadata.Key;
            var old = Find(key);
            var version = entity.Metadata.ResourceVersion;
            if (Versions.IsStale(version, old?.Metadata.ResourceVersion) || ((old is null || _lost.ContainsKey(key)) && Versions.IsStale(version, _tombstones[key])))
                return false;
            Overrule(entity);
            Write(key, old, entity);
            TellReplacement(old, entity);
            return true;
        }
    }

    /// <summary>Forgets an object that was deleted, unless it has come anew since.</summary>
    /// <param name="entity">The object as it was at last; its version is that of the deletion.</param>
    /// <returns>Whether it was news.</returns>
    public bool Remove(T entity) => Remove(entity.Metadata);

    /// <summary>The same of an object of which nothing is known but its metadata.</summary>
    internal bool Remove(ObjectMeta deleted)
    {
        lock (_writing)
        {
            Touch();
            var key = deleted.Key;
            var version = deleted.ResourceVersion;
            var old = Find(key);
            // A deletion carries a version of its own, later than the object's; an equal one comes from servers that do not give it one.
            if (old is not null && version != old.Metadata.ResourceVersion && Versions.IsStale(version, old.Metadata.ResourceVersion))
                return false;
            // Also of an object we have not: its last change may be still on the way.
            _tombstones.Add(key, version);
            if (old is null || Keeps(key, old))
                return false;
            Write(key, old, null);
            Tell(new EntityChange<T>(old, null));
            return true;
        }
    }

    /// <summary>
    /// Takes over a whole list: what it lacks is gone, and is announced so. From the first call on the cache counts as synced.
    /// </summary>
    /// <param name="entities">All objects there are.</param>
    public void Replace(IReadOnlyCollection<T> entities)
    {
        lock (_writing)
        {
            Touch();
            _tombstones.Clear();
            var gone = Keys();
            foreach (var entity in entities)
                gone.Remove(entity.Metadata.Key);
            foreach (var key in gone)
            {
                if (Find(key) is not { } old || Keeps(key, old))
                    continue;
                Write(key, old, null);
                Tell(new EntityChange<T>(old, null));
            }

            foreach (var entity in entities)
            {
                var key = entity.Metadata.Key;
                var old = Find(key);
                // The list is the truth, even where its version is lower (a restored etcd); only the very same state is no news.
                if (ReferenceEquals(old, entity) || (old is not null && IsSame(old, entity)))
                {
                    _lost.Remove(key);
                    continue;
                }

                Overrule(entity);
                Write(key, old, entity);
                TellReplacement(old, entity);
            }

            IsPrimed = false;
            _synced.TrySetResult();
        }
    }

    /// <summary>
    /// Fills a cache for which no list has come yet with what was known at another time; the first list replaces it. The cache counts as synced from here on.
    /// </summary>
    /// <param name="entities">All objects that were known.</param>
    /// <returns>False: a list has come, and nothing was done.</returns>
    public bool Prime(IReadOnlyCollection<T> entities)
    {
        lock (_writing)
        {
            if (HasSynced)
                return false;
            IsPrimed = true;
            foreach (var entity in entities)
            {
                Write(entity.Metadata.Key, Find(entity.Metadata.Key), entity);
                Tell(new EntityChange<T>(null, entity));
            }

            _synced.TrySetResult();
            return true;
        }
    }

    /// <summary>The object as the cache holds it, if it is in exactly this state: lets a list keep the old instance.</summary>
    internal T Known(T entity) => Find(entity.Metadata.Key) is { } old && IsSame(old, entity) ? old : entity;

    private static bool IsSame(T left, T right) =>
        left.Metadata.ResourceVersion is { } version
        && version == right.Metadata.ResourceVersion
        && left.Metadata.Uid == right.Metadata.Uid;

    private HashSet<ObjectKey> Keys()
    {
        lock (_gate)
            return [.. _entities.Keys];
    }

    private void Write(ObjectKey key, T? old, T? entity)
    {
        lock (_gate)
        {
            Interlocked.Increment(ref _version);
            _newest.Change(old?.Metadata.ResourceVersion, entity?.Metadata.ResourceVersion);
            if (old is not null)
            {
                foreach (var index in _indexes)
                    index.Drop(old);
            }

            if (entity is null)
            {
                _entities.Remove(key);
                return;
            }

            _entities[key] = entity;
            foreach (var index in _indexes)
                index.Put(entity);
        }
    }

    /// <summary>An object with another UID is another object: its deletion was not seen. One that was lost and has been made again is the same to everybody.</summary>
    private void TellReplacement(T? old, T entity)
    {
        if (old is not null && !_lost.Remove(entity.Metadata.Key) && old.Metadata.Uid != entity.Metadata.Uid)
        {
            Tell(new EntityChange<T>(old, null));
            old = null;
        }

        Tell(new EntityChange<T>(old, entity));
    }
}
