using System.Net;
using System.Threading.Channels;
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
    /// A look walks the whole table, milliseconds where it is large, and pods go in swarms: one look for all of them. Freed addresses rest much longer
    /// (<see cref="AddressAllocator.Rest"/>).
    /// </summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(100);

    private readonly Channel<IPAddress> _gone = Channel.CreateUnbounded<IPAddress>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ConntrackSocket _table = ConntrackSocket.Open();

    /// <summary>Takes note of an attachment that is gone; returns at once.</summary>
    public void Forget(Attachment attachment)
    {
        foreach (var address in attachment.Addresses)
            _gone.Writer.TryWrite(address);
    }

    /// <summary>Works until cancelled. Many pods that go together cost one look at the table.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (await _gone.Reader.WaitToReadAsync(cancellation))
            {
                await Task.Delay(Gathering, time, cancellation);
                var addresses = new HashSet<IPAddress>();
                while (_gone.Reader.TryRead(out var address))
                    addresses.Add(address);
                Clean(addresses);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The end.
        }
    }

    /// <inheritdoc />
    public void Dispose() => _table.Dispose();

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
}
