using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Overlay.Kube.Queueing;

namespace Overlay.Kube.Reconciling;

/// <summary>
/// Works a queue off: compares desired with actual for one key at a time, and comes back to keys that failed, later each time.
/// </summary>
/// <typeparam name="TKey">What names a piece of work.</typeparam>
public sealed partial class ReconcileLoop<TKey>
    where TKey : notnull
{
    private readonly string _name;
    private readonly WorkQueue<TKey> _queue;
    private readonly Func<TKey, CancellationToken, Task<Requeue>> _reconcile;
    private readonly ILogger _logger;

    /// <summary>Prepares it; <see cref="RunAsync"/> starts.</summary>
    /// <param name="name">What is reconciled, for the log.</param>
    /// <param name="queue">The keys.</param>
    /// <param name="reconcile">Does the work for one key; when it throws, the key is tried again.</param>
    /// <param name="logger">Hears of failures.</param>
    public ReconcileLoop(string name, WorkQueue<TKey> queue, Func<TKey, CancellationToken, Task<Requeue>> reconcile, ILogger? logger = null)
    {
        _name = name;
        _queue = queue;
        _reconcile = reconcile;
        _logger = logger ?? NullLogger.Instance;
    }

    /// <summary>How many reconciliations there were; for metrics.</summary>
    public long Runs => Interlocked.Read(ref _runs);

    /// <summary>How many of them failed; for metrics.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    private long _runs;
    private long _failures;

    /// <summary>Works until cancelled or until the queue is shut down, then waits for what is in work.</summary>
    /// <param name="workers">How many keys are worked on at the same time.</param>
    /// <param name="cancel">Ends it.</param>
    public Task RunAsync(int workers, CancellationToken cancel) =>
        Task.WhenAll(Enumerable.Range(0, workers).Select(_ => WorkAsync(cancel)));

    private async Task WorkAsync(CancellationToken cancel)
    {
        while (true)
        {
            TKey key;
            try
            {
                key = await _queue.TakeAsync(cancel);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            try
            {
                await WorkOnAsync(key, cancel);
            }
            finally
            {
                _queue.Done(key);
            }
        }
    }

    private async Task WorkOnAsync(TKey key, CancellationToken cancel)
    {
        try
        {
            Interlocked.Increment(ref _runs);
            var result = await _reconcile(key, cancel);
            _queue.Forget(key);
            if (result.Wait is { } wait)
                _queue.AddAfter(key, wait);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The next start does it.
        }
        catch (Exception e)
        {
            Interlocked.Increment(ref _failures);
            var wait = _queue.Retry(key);
            Failed(_logger, _name, key.ToString(), wait, e);
        }
    }

    [LoggerMessage(EventId = 221, Level = LogLevel.Warning, Message = "Reconciling {Name} {Key} failed, again in {Wait}")]
    private static partial void Failed(ILogger logger, string name, string? key, TimeSpan wait, Exception e);
}
