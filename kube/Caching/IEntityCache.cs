using Overlay.Api.Objects;

namespace Overlay.Kube.Caching;

/// <summary>What is known of one kind's objects: shared, read-only, always a little late.</summary>
/// <typeparam name="T">The kind.</typeparam>
public interface IEntityCache<T>
    where T : class, IEntity
{
    /// <summary>Whether the first list has come whole. Before that a missing object means nothing.</summary>
    bool HasSynced { get; }

    /// <summary>How many objects there are.</summary>
    int Count { get; }

    /// <summary>For how long the API server has not been heard of; <see cref="TimeSpan.MaxValue"/>: never yet.</summary>
    TimeSpan Staleness { get; }

    /// <summary>Another number after each change: what was made of the objects under one number is still right under the same.</summary>
    long Version { get; }

    /// <summary>All objects as they are now, in no order.</summary>
    T[] Snapshot();

    /// <summary>Those of them that the server has no more, though they did not leave in order (<see cref="Leaving{T}"/>).</summary>
    T[] Lost { get; }

    /// <summary>Whether an object is one of <see cref="Lost"/>.</summary>
    /// <param name="key">Its name.</param>
    bool IsLost(ObjectKey key);

    /// <summary>Finds an object.</summary>
    /// <param name="key">Its name.</param>
    T? Find(ObjectKey key);

    /// <summary>Adds an index, over what is there and what will come.</summary>
    /// <param name="name">What the index is by, for messages, as <c>node</c>.</param>
    /// <param name="keys">The keys an object is found under; a pure function of the object.</param>
    EntityIndex<T, TKey> AddIndex<TKey>(string name, Func<T, IEnumerable<TKey>> keys)
        where TKey : notnull;

    /// <summary>
    /// Hears of each change, in order, one at a time, on the reflector's own loop: be quick, put a key into a queue. What is there already is told first, as added.
    /// </summary>
    /// <param name="handler">What to do; when it throws, that is logged and the others still hear.</param>
    /// <returns>Dispose it to hear no more.</returns>
    IDisposable Subscribe(Action<EntityChange<T>> handler);

    /// <summary>Waits for <see cref="HasSynced"/>.</summary>
    /// <param name="cancel">Gives up.</param>
    Task WaitForSyncAsync(CancellationToken cancel);
}
