using Overlay.Netlink;
using Overlay.Netlink.NfTables;

namespace Overlay.NodeAgent.Rules.Iptables;

/// <summary>
/// Hears of commits to nf_tables, where iptables of the nft kind has its tables, and keeps one note for any number. Of the legacy tables the kernel tells
/// nobody: there the sweep must do.
/// </summary>
internal sealed class ForeignCommits : IDisposable
{
    private readonly GenerationWatch watch;
    private readonly CancellationTokenSource end = new();
    private readonly SemaphoreSlim changed = new(0, 1);
    private readonly Task listening;

    /// <summary>Begins to listen.</summary>
    /// <param name="inside">The namespace; null: this process' own.</param>
    internal ForeignCommits(NetworkNamespace? inside)
    {
        watch = GenerationWatch.Open(inside);
        listening = ListenAsync();
    }

    /// <summary>Ends when there was a commit since the last time; our own programs' count, too: one needless look each.</summary>
    internal Task WaitAsync(CancellationToken stop) => changed.WaitAsync(stop);

    /// <inheritdoc />
    public void Dispose()
    {
        end.Cancel();
        watch.Dispose();
        _ = listening.ContinueWith(_ => changed.Dispose(), TaskScheduler.Default);
        end.Dispose();
    }

    private async Task ListenAsync()
    {
        try
        {
            await foreach (var _ in watch.ReadAsync(end.Token).ConfigureAwait(false))
            {
                if (changed.CurrentCount == 0)
                {
                    changed.Release();
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // Disposed: nobody waits any more.
        }
    }
}
