using Microsoft.Extensions.Logging;
using Overlay.Api.Wire;
using Overlay.NodeAgent.Rules;

namespace Overlay.NodeAgent.Policies;

/// <summary>
/// Keeps the kernel's rules equal to what the cluster's objects and the local pods mean. Requests that come while it works are
/// answered by the next pass together. (Others' changes of the kernel's rules are mended by <see cref="NodeRules.RunAsync"/>.)
/// </summary>
/// <param name="rules">The kernel's side.</param>
/// <param name="gather">Everything the rules are made from, as it is now; null while not everything is known (then the kernel's rules stay).</param>
/// <param name="time">The clock.</param>
/// <param name="log">Hears of changes and failures.</param>
internal sealed class RuleLoop(NodeRules rules, Func<GatheredRules?> gather, TimeProvider time, ILogger<RuleLoop> log) : IDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(250);

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private List<TaskCompletionSource> _waiting = [];
    private GatheredRules? _inForce;
    private long _heard;
    private long _took;

    /// <summary>Whether rules of ours have been in force since this agent started.</summary>
    public bool IsInForce => Volatile.Read(ref _inForce) is not null;

    /// <summary>Why the last pass failed; null when it did not.</summary>
    public string? Problem { get; private set; }

    /// <summary>What the rules in force were made from.</summary>
    public GatheredRules? InForce => Volatile.Read(ref _inForce);

    /// <summary>How long the last change of the kernel's rules took, from hearing of it to being in force; zero while there was none.</summary>
    public TimeSpan Took => new(Volatile.Read(ref _took));

    /// <summary>Told after each pass that brought a newer state in force.</summary>
    public Action? Changed { get; set; }

    /// <summary>Tells that something has changed.</summary>
    public void Signal() => _ = InForceAsync();

    /// <summary>Completes when rules made from a state not older than now are in force.</summary>
    public Task InForceAsync()
    {
        var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_waiting.Count == 0)
                _heard = time.GetTimestamp();
            _waiting.Add(waiter);
            if (_wake.CurrentCount == 0)
                _wake.Release();
        }

        return waiter.Task;
    }

    /// <summary>The tag that a pod's packets are marked with by the rules in force; null when it is not among the senders.</summary>
    public Tag? TagOf(string podUid)
    {
        var senders = InForce?.Inputs.Table.Senders ?? [];
        foreach (var sender in senders)
        {
            if (string.Equals(sender.Pod, podUid, StringComparison.Ordinal))
                return sender.Tag;
        }

        return null;
    }

    /// <summary>Works until cancelled. Flushes nothing when it ends.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await _wake.WaitAsync(cancellation);
                await ApplyAsync(cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                break;
            }
            catch (Exception error)
            {
                Problem = error.Message;
                RuleLog.Failed(log, error.Message, error);
                await Task.Delay(RetryAfter, time, CancellationToken.None);
                Wake();
            }
        }
    }

    /// <inheritdoc />
    public void Dispose() => _wake.Dispose();

    private async Task ApplyAsync(CancellationToken cancellation)
    {
        List<TaskCompletionSource> served;
        long heard;
        lock (_lock)
            (served, _waiting, heard) = (_waiting, [], _heard);
        var done = false;
        try
        {
            if (gather() is not { } gathered)
                return;
            var began = time.GetTimestamp();
            var changes = await rules.ApplyAsync(gathered.Inputs, cancellation);
            Volatile.Write(ref _inForce, gathered);
            (Problem, done) = (null, true);
            if (!changes.IsEmpty)
            {
                Volatile.Write(ref _took, time.GetElapsedTime(heard).Ticks);
                RuleLog.Applied(log, changes.Added, changes.Removed, changes.Replaced, time.GetElapsedTime(began).TotalMilliseconds);
            }
        }
        finally
        {
            if (!done)
            {
                lock (_lock)
                    _waiting.AddRange(served);
            }
        }

        foreach (var waiter in served)
            waiter.TrySetResult();
        Changed?.Invoke();
    }

    private void Wake()
    {
        lock (_lock)
        {
            if (_wake.CurrentCount == 0)
                _wake.Release();
        }
    }
}
