using Microsoft.Extensions.Logging;
using Overlay.Api.Objects;
using Overlay.Kube.Caching;
using Overlay.Kube.Queueing;

namespace Overlay.Kube.Reconciling;

/// <summary>Runs an <see cref="IEntityController{T}"/>: each change in the cache brings the object's name into the queue.</summary>
/// <typeparam name="T">The kind.</typeparam>
public sealed class Controller<T> : IDisposable
    where T : class, IEntity<T>
{
    private readonly IEntityCache<T> _cache;
    private readonly IEntityController<T> _controller;
    private readonly Finalizers<T>? _finalizers;
    private readonly WorkQueue<ObjectKey> _queue;

    /// <summary>Prepares it; <see cref="RunAsync"/> starts.</summary>
    /// <param name="cache">The objects.</param>
    /// <param name="controller">The work.</param>
    /// <param name="logger">Hears of failures.</param>
    /// <param name="finalizers">What must be done before an object goes, if anything.</param>
    /// <param name="backoff">The waits after failures.</param>
    /// <param name="time">The clock.</param>
    public Controller(
        IEntityCache<T> cache,
        IEntityController<T> controller,
        ILogger? logger = null,
        Finalizers<T>? finalizers = null,
        Backoff? backoff = null,
        TimeProvider? time = null)
    {
        _cache = cache;
        _controller = controller;
        _finalizers = finalizers;
        _queue = new WorkQueue<ObjectKey>(backoff, time);
        Loop = new ReconcileLoop<ObjectKey>(T.Definition.Plural, _queue, ReconcileAsync, logger);
    }

    /// <summary>The loop, for its figures.</summary>
    public ReconcileLoop<ObjectKey> Loop { get; }

    /// <summary>Brings an object up although it has not changed itself: something it depends on has.</summary>
    /// <param name="key">The object's name.</param>
    public void Enqueue(ObjectKey key) => _queue.Add(key);

    /// <summary>Waits for the cache's first list, then works until cancelled.</summary>
    /// <param name="cancel">Ends it.</param>
    /// <param name="workers">How many objects are worked on at the same time.</param>
    public async Task RunAsync(CancellationToken cancel, int workers = 1)
    {
        await _cache.WaitForSyncAsync(cancel);
        using var changes = _cache.Subscribe(change => _queue.Add(change.Key));
        await Loop.RunAsync(workers, cancel);
    }

    /// <inheritdoc />
    public void Dispose() => _queue.Dispose();

    private async Task<Requeue> ReconcileAsync(ObjectKey key, CancellationToken cancel)
    {
        var entity = _cache.Find(key);
        if (entity is not null && _finalizers is not null && !await _finalizers.HandleAsync(entity, cancel))
            return Requeue.Done;
        return await _controller.ReconcileAsync(key, entity, cancel);
    }
}
