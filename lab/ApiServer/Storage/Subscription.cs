using System.Threading.Channels;

namespace Overlay.Lab.ApiServer.Storage;

/// <summary>A running watch: the state it began at and the changes after. The stream completes when the server ends the watch.</summary>
internal sealed class Subscription(ChannelReader<Change> changes, ResourceSnapshot start, Action stop) : IDisposable
{
    public ChannelReader<Change> Changes { get; } = changes;

    public ResourceSnapshot Start { get; } = start;

    public void Dispose() => stop();
}
