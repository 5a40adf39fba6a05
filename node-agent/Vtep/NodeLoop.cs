using Microsoft.Extensions.Logging;
using Overlay.NodeAgent.Cluster;
using Overlay.NodeAgent.Cni;
using Overlay.NodeAgent.Pods;

namespace Overlay.NodeAgent.Vtep;

/// <summary>
/// The node's network, level-triggered: objects change, the kernel reports a change, or time passes; then VTEP and wires are compared
/// with what should be, and mended.
/// </summary>
internal sealed class NodeLoop(
    NodeView view,
    VtepState state,
    VtepKeeper vtep,
    PodSweep pods,
    Tombstones tombstones,
    TimeProvider time,
    ILogger<NodeLoop> log
) : IDisposable
{
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(2);

    /// <summary>Changes come in swarms (a device that goes takes its routes along): one pass for all of them.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(20);

    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly Lock _lock = new();
    private string? _told;

    /// <summary>Tells that something has changed.</summary>
    public void Signal()
    {
        lock (_lock)
        {
            if (_wake.CurrentCount == 0)
                _wake.Release();
        }
    }

    /// <summary>Works until cancelled; leaves everything in place then.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await PassAsync(cancellation);
                if (await _wake.WaitAsync(SweepEvery, cancellation))
                    await Task.Delay(Gathering, time, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                break;
            }
        }
    }

    /// <summary>One comparison of everything.</summary>
    public async Task PassAsync(CancellationToken cancellation)
    {
        try
        {
            var (node, waiting) = view.Read();
            if (node is not null)
            {
                var (changes, mtu) = vtep.Pass(node);
                state.Repairs += changes;
                state.Mtu = mtu;
                pods.Configure(node);
                state.Network = node;
            }

            await tombstones.CarryOutAsync(cancellation);
            state.Repairs += await pods.PassAsync(cancellation);
            Tell(waiting, node);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            if (!string.Equals(_told, error.Message, StringComparison.Ordinal))
                VtepLog.PassFailed(log, error.Message);
            _told = error.Message;
            state.Problem = error.Message;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _wake.Dispose();

    private void Tell(string? waiting, NodeNetwork? node)
    {
        if (waiting is not null && !string.Equals(_told, waiting, StringComparison.Ordinal))
            VtepLog.Waiting(log, waiting);
        foreach (var problem in node?.Problems ?? [])
        {
            if (!string.Equals(_told, problem, StringComparison.Ordinal))
                VtepLog.SubnetProblem(log, problem);
        }

        _told = waiting ?? node?.Problems.LastOrDefault();
        state.Problem = waiting;
    }
}
