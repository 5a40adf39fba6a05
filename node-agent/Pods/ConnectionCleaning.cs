using System.Net;
using Microsoft.Extensions.Logging;
using Overlay.Netlink.Conntrack;
using Overlay.NodeAgent.Addresses;

namespace Overlay.NodeAgent.Pods;

/// <summary>
/// Forgets the connections of pods that are gone: an entry that outlives its pod would carry old packets to the next pod with that
/// address, as replies of a connection it never made.
/// </summary>
internal sealed class ConnectionCleaning(TimeProvider time, ILogger<ConnectionCleaning> log) : IDisposable
{
    /// <summary>
    /// A look walks the whole table, milliseconds where it is large, and pods go in swarms: one look for all of them. Freed addresses mostly rest much longer
    /// (<see cref="AddressAllocator.Rest"/>); who gets one at once has it looked for at once (<see cref="ForgottenAsync"/>).
    /// </summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly ConntrackSocket _table = ConntrackSocket.Open();
    private Batch _gathered = new();
    private Batch _looking = new();

    /// <summary>Takes note of an attachment that is gone; returns at once.</summary>
    public void Forget(Attachment attachment)
    {
        lock (_lock)
        {
            _gathered.Addresses.UnionWith(attachment.Addresses);
            if (_wake.CurrentCount == 0)
                _wake.Release();
        }
    }

    /// <summary>Completes when none of these addresses has connections of a pod that is gone.</summary>
    public async Task ForgottenAsync(IReadOnlyCollection<IPAddress> addresses, CancellationToken cancellation)
    {
        Task[] open;
        lock (_lock)
        {
            Batch[] concerned = [.. new[] { _looking, _gathered }.Where(batch => batch.Addresses.Overlaps(addresses))];
            foreach (var batch in concerned)
                batch.Hurry.TrySetResult();
            open = [.. concerned.Select(batch => batch.Done.Task)];
        }

        await Task.WhenAll(open).WaitAsync(cancellation);
    }

    /// <summary>Works until cancelled. Many pods that go together cost one look at the table.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                await _wake.WaitAsync(cancellation);
                await Task.WhenAny(_gathered.Hurry.Task, Task.Delay(Gathering, time, cancellation));
                lock (_lock)
                    (_looking, _gathered) = (_gathered, new Batch());
                Clean(_looking.Addresses);
                _looking.Done.SetResult();
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The end: what is noted now, nobody will look for; whoever waits, is cancelled as well.
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _table.Dispose();
        _wake.Dispose();
    }

    private void Clean(HashSet<IPAddress> addresses)
    {
        try
        {
            _table.Delete(_table.Connections().Where(c => Touches(c.Original) || Touches(c.Reply)));
        }
        catch (Exception error)
        {
            PodLog.StepFailed(log, "forgetting the connections of pods that are gone", error.Message);
        }

        bool Touches(ConnectionTuple tuple) => addresses.Contains(tuple.Source) || addresses.Contains(tuple.Destination);
    }

    /// <summary>Addresses that are looked for together.</summary>
    private sealed class Batch
    {
        public HashSet<IPAddress> Addresses { get; } = [];

        public TaskCompletionSource Hurry { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
