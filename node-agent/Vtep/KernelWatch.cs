using Microsoft.Extensions.Logging;
using Overlay.Netlink;
using Overlay.NodeAgent.Pods;

namespace Overlay.NodeAgent.Vtep;

/// <summary>Listens to the kernel for what may have been taken from us, so that it is repaired at once and not only by the sweep.</summary>
internal sealed class KernelWatch(Action changed, ILogger<KernelWatch> log) : IDisposable
{
    private readonly NetworkMonitor _monitor = NetworkMonitor.Open();

    /// <summary>Listens until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            await foreach (var happened in _monitor.ReadAsync(cancellation))
            {
                if (Concerns(happened))
                    changed();
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The end.
        }
        catch (Exception error)
        {
            // The sweep goes on without.
            VtepLog.WatchEnded(log, error.Message);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _monitor.Dispose();

    /// <summary>Removals, losses of events, and changes of the VTEP or the underlay; not what wiring a pod makes (the sweep looks after pods' veths).</summary>
    private static bool Concerns(NetworkEvent happened) =>
        happened switch
        {
            { Removed: true } => true,
            NetworkEvent.Overrun => true,
            NetworkEvent.OfLink { Link: var link } => !VethNames.IsOne(link.Name),
            NetworkEvent.OfAddress => true,
            _ => false,
        };
}
