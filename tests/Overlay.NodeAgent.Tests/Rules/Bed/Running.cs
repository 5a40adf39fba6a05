namespace Overlay.NodeAgent.Tests.Rules.Bed;

/// <summary>A node's rules that are kept as an agent keeps them, until this is disposed of.</summary>
internal sealed class Running : IAsyncDisposable
{
    private readonly CancellationTokenSource end = new();
    private readonly Task task;

    private Running(BedNode node) => task = node.Rules.RunAsync(end.Token);

    public static Running Of(BedNode node) => new(node);

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await task;
        end.Dispose();
    }
}
