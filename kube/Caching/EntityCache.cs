using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Overlay.Api.Objects;

namespace Overlay.Kube.Caching;

/// <summary>
/// The cache that a <see cref="Watching.Reflector{T}"/> fills. Readers hold it as <see cref="IEntityCache{T}"/>; writing is the reflector's,
/// and a test's.
/// </summary>
/// <remarks>
/// Two locks: <c>_writing</c> keeps changes and their announcements in one order and is held while handlers run;
/// <c>_gate</c> guards the data and is held for moments only, so handlers and everybody else may read at any time.
/// </remarks>
/// <typeparam name="T">The kind.</typeparam>
public sealed partial class EntityCache<T> : IEntityCache<T>
    where T : class, IEntity
{
    private readonly Lock _gate = new();
    private readonly Lock _writing = new();
    private readonly Dictionary<ObjectKey, T> _entities = [];
    private readonly List<IEntityIndex<T>> _indexes = [];
    private readonly Tombstones _tombstones = new();
    private readonly NewestVersion _newest = new();
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Leaving<T>? _leaving;
    private Action<EntityChange<T>>[] _handlers = [];
    private long _lastContact = -1;
    private long _version;

    /// <summary>Makes an empty cache that has not synced.</summary>
    /// <param name="time">The clock that staleness is measured by.</param>
    /// <param name="logger">Hears of handlers that throw.</param>
    /// <param name="leaving">How objects go in order; null: however they go, they are gone.</param>
    public EntityCache(TimeProvider? time = null, ILogger? logger = null, Leaving<T>? leaving = null)
    {
        _leaving = leaving;
        _time = time ?? TimeProvider.System;
        _logger = logger ?? NullLogger.Instance;
    }

    /// <inheritdoc />
    public bool HasSynced => _synced.Task.IsCompleted;

    /// <summary>Whether what it holds is from <see cref="Prime"/>, and no list has come yet.</summary>
    public bool IsPrimed { get; private set; }

    /// <inheritdoc />
    public int Count
    {
        get
        {
            lock (_gate)
                return _entities.Count;
        }
    }

    /// <inheritdoc />
    public TimeSpan Staleness => Interlocked.Read(ref _lastContact) is var at and >= 0 ? _time.GetElapsedTime(at) : TimeSpan.MaxValue;

    /// <inheritdoc />
    public long Version => Interlocked.Read(ref _version);

    /// <summary>The highest resourceVersion among the objects; null: none, or none that is a number.</summary>
    public ulong? NewestVersion
    {
        get
        {
            lock (_gate)
                return _newest.Of(_entities.Values);
        }
    }

    /// <inheritdoc />
    public T[] Snapshot()
    {
        lock (_gate)
            return [.. _entities.Values];
    }

    /// <inheritdoc />
    public T? Find(ObjectKey key)
    {
        lock (_gate)
            return _entities.GetValueOrDefault(key);
    }

    /// <inheritdoc />
    public EntityIndex<T, TKey> AddIndex<TKey>(string name, Func<T, IEnumerable<TKey>> keys)
        where TKey : notnull
    {
        var index = new EntityIndex<T, TKey>(name, keys, _gate);
        lock (_gate)
        {
            foreach (var entity in _entities.Values)
                ((IEntityIndex<T>)index).Put(entity);
            _indexes.Add(index);
        }

        return index;
    }

    /// <inheritdoc />
    public IDisposable Subscribe(Action<EntityChange<T>> handler)
    {
        lock (_writing)
        {
            foreach (var entity in Snapshot())
                Tell(handler, new EntityChange<T>(null, entity));
            _handlers = [.. _handlers, handler];
        }

        return new Subscription(this, handler);
    }

    /// <inheritdoc />
    public Task WaitForSyncAsync(CancellationToken cancel) => _synced.Task.WaitAsync(cancel);

    /// <summary>Returns when all handlers have been told of every change that can be seen now.</summary>
    public void WaitUntilTold()
    {
        lock (_writing)
        {
            // Changes are made and told under this lock.
        }
    }

    /// <summary>The API server was heard of: an event, a bookmark, a list.</summary>
    public void Touch() => Interlocked.Exchange(ref _lastContact, _time.GetTimestamp());

    private void Unsubscribe(Action<EntityChange<T>> handler)
    {
        lock (_writing)
            _handlers = [.. _handlers.Where(h => h != handler)];
    }

    private void Tell(EntityChange<T> change)
    {
        foreach (var handler in _handlers)
            Tell(handler, change);
    }

    private void Tell(Action<EntityChange<T>> handler, EntityChange<T> change)
    {
        try
        {
            handler(change);
        }
        catch (Exception e)
        {
            HandlerFailed(_logger, change.Entity.Kind, change.Key, e);
        }
    }

    [LoggerMessage(EventId = 201, Level = LogLevel.Error, Message = "A handler failed on a change of {Kind} {Key}")]
    private static partial void HandlerFailed(ILogger logger, string kind, ObjectKey key, Exception e);

    private sealed class Subscription(EntityCache<T> cache, Action<EntityChange<T>> handler) : IDisposable
    {
        public void Dispose() => cache.Unsubscribe(handler);
    }
}
