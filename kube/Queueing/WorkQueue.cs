namespace Overlay.Kube.Queueing;

/// <summary>
/// Keys that need work. A key is worked on by one worker at a time; added again meanwhile it comes back once, after that; added many times while
/// it waits it is worked on once.
/// </summary>
/// <remarks>
/// A key is <i>dirty</i> when it needs work and <i>in work</i> when a worker has it. It stands in line exactly when it is dirty and not in work.
/// </remarks>
/// <typeparam name="TKey">What names a piece of work.</typeparam>
public sealed class WorkQueue<TKey> : IDisposable
    where TKey : notnull
{
    private readonly Lock _gate = new();
    private readonly Queue<TKey> _line = [];
    private readonly HashSet<TKey> _dirty = [];
    private readonly HashSet<TKey> _inWork = [];
    private readonly Dictionary<TKey, int> _failures = [];
    private readonly Dictionary<TKey, long> _dueAt = [];
    private readonly PriorityQueue<TKey, long> _delayed = new();
    private readonly SemaphoreSlim _ready = new(0);
    private readonly CancellationTokenSource _closed = new();
    private readonly TimeProvider _time;
    private readonly Backoff _backoff;
    private readonly ITimer _alarm;

    /// <summary>Makes an empty queue.</summary>
    /// <param name="backoff">The waits of <see cref="Retry"/>; by default 5 ms to a quarter of a minute.</param>
    /// <param name="time">The clock.</param>
    public WorkQueue(Backoff? backoff = null, TimeProvider? time = null)
    {
        _backoff = backoff ?? Backoff.Keys;
        _time = time ?? TimeProvider.System;
        _alarm = _time.CreateTimer(_ => Ring(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>How many keys stand in line.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _line.Count;
        }
    }

    /// <summary>Says that a key needs work, now.</summary>
    /// <param name="key">The key.</param>
    public void Add(TKey key)
    {
        lock (_gate)
            AddLocked(key);
    }

    /// <summary>Says that a key will need work in a while. Of several such times the first counts.</summary>
    /// <param name="key">The key.</param>
    /// <param name="wait">How long from now.</param>
    public void AddAfter(TKey key, TimeSpan wait)
    {
        lock (_gate)
        {
            if (_closed.IsCancellationRequested)
                return;
            if (wait <= TimeSpan.Zero)
            {
                AddLocked(key);
                return;
            }

            var due = _time.GetTimestamp() + (long)(wait.TotalSeconds * _time.TimestampFrequency);
            if (_dueAt.TryGetValue(key, out var earlier) && earlier <= due)
                return;
            // What was queued for a later time stays in the heap and finds itself outdated.
            _dueAt[key] = due;
            _delayed.Enqueue(key, due);
            SetAlarm();
        }
    }

    /// <summary>Says that work on a key failed: it comes back after a wait that grows with each failure in a row.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The wait.</returns>
    public TimeSpan Retry(TKey key)
    {
        int failures;
        lock (_gate)
            failures = _failures[key] = _failures.GetValueOrDefault(key) + 1;
        var wait = _backoff.Wait(failures);
        AddAfter(key, wait);
        return wait;
    }

    /// <summary>Says that work on a key succeeded: its failures count no more.</summary>
    /// <param name="key">The key.</param>
    public void Forget(TKey key)
    {
        lock (_gate)
            _failures.Remove(key);
    }

    /// <summary>Waits for a key and takes it; give it back by <see cref="Done"/>.</summary>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="OperationCanceledException">Cancelled, or the queue was shut down.</exception>
    public async ValueTask<TKey> TakeAsync(CancellationToken cancel)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, _closed.Token);
        await _ready.WaitAsync(either.Token);
        lock (_gate)
        {
            var key = _line.Dequeue();
            _dirty.Remove(key);
            _inWork.Add(key);
            return key;
        }
    }

    /// <summary>Gives a key back after work.</summary>
    /// <param name="key">The key.</param>
    public void Done(TKey key)
    {
        lock (_gate)
        {
            _inWork.Remove(key);
            if (_dirty.Contains(key))
                Line(key);
        }
    }

    /// <summary>Takes nothing more in and lets nothing more out; who waits is cancelled.</summary>
    public void ShutDown()
    {
        lock (_gate)
        {
            _closed.Cancel();
            _alarm.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        // The semaphore and the source of cancellation hold nothing of the system's, and a worker may be about to wait on them:
        // a semaphore that is disposed while somebody is being cancelled on it never lets him go.
        ShutDown();
        _alarm.Dispose();
    }

    private void AddLocked(TKey key)
    {
        if (_closed.IsCancellationRequested || !_dirty.Add(key))
            return;
        if (!_inWork.Contains(key))
            Line(key);
    }

    private void Line(TKey key)
    {
        _line.Enqueue(key);
        _ready.Release();
    }

    private void Ring()
    {
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            while (_delayed.TryPeek(out var key, out var due) && due <= now)
            {
                _delayed.Dequeue();
                if (!_dueAt.TryGetValue(key, out var current) || current != due)
                    continue;
                _dueAt.Remove(key);
                AddLocked(key);
            }

            SetAlarm();
        }
    }

    private void SetAlarm()
    {
        if (_closed.IsCancellationRequested || !_delayed.TryPeek(out _, out var due))
            return;
        var wait = _time.GetElapsedTime(_time.GetTimestamp(), due);
        // A timer counts whole milliseconds: rounded up, so that it never rings just before its time.
        _alarm.Change(TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling(wait.TotalMilliseconds), 0, int.MaxValue)), Timeout.InfiniteTimeSpan);
    }
}
