using System.Threading.Channels;
using Overlay.Lab.ApiServer.Storage;

namespace Overlay.Lab.ApiServer.Controllers;

/// <summary>Every change of the store, in order, out of its lock.</summary>
internal sealed class ChangeQueue
{
    private readonly Channel<(string Resource, Change Change)> queue = Channel.CreateUnbounded<(string, Change)>();

    public ChangeQueue(VersionedStore store) => store.OnChange((resource, change) => queue.Writer.TryWrite((resource, change)));

    public IAsyncEnumerable<(string Resource, Change Change)> ReadAsync(CancellationToken cancel) => queue.Reader.ReadAllAsync(cancel);
}
