using System.Collections.Immutable;
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

    /// <summary>Changes come in swarms (a device that goes takes its routes along): one pass for all of them ...</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(20);

    /// <summary>... and where there is much to compare, passes take a tenth of the time at most: pods that start or end meanwhile want the processors.</summary>
    private const int Share = 10;

    private readonly SemaphoreSlim _wake = new(0, 1);
    private bool _vtepToo = true;
    private long _looked;
    private ImmutableArray<string> _problems = [];
    private readonly Lock _lock = new();

    /// <summary>What stands in the log and is still so: not said again at every pass.</summary>
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);

    /// <summary>Tells that something has changed.</summary>
    public void Signal() => Signal(vtepToo: true);

    /// <summary>Tells that pods have changed, which are nothing to the VTEP.</summary>
    public void SignalPods() => Signal(vtepToo: false);

    private void Signal(bool vtepToo)
    {
        lock (_lock)
        {
            _vtepToo |= vtepToo;
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
                var began = time.GetTimestamp();
                await PassAsync(IsVtepDue(), cancellation);
                var took = time.GetElapsedTime(began);
                if (await _wake.WaitAsync(Sweep, cancellation))
                    await Task.Delay(PauseAfter(took), time, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                break;
            }
        }
    }

    /// <summary>One comparison of everything.</summary>
    /// <param name="vtepToo">Whether to look after the VTEP, and not only after the pods.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task PassAsync(bool vtepToo, CancellationToken cancellation)
    {
        try
        {
            var (node, waiting) = view.Read();
            if (node is null)
                _problems = [];
            if (node is not null && (vtepToo || state.Network is null || state.Problem is not null))
            {
                var (changes, mtu, unreachable) = vtep.Pass(node);
                _looked = time.GetTimestamp();
                _problems = [.. node.Problems, .. unreachable];
                state.Repairs += changes;
                state.Mtu = mtu;
                pods.Configure(node);
                state.Network = node;
            }

            await tombstones.CarryOutAsync(cancellation);
            state.Repairs += await pods.PassAsync(cancellation);
            Tell(waiting, _problems);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            if (!_told.Contains(error.Message))
            {
                VtepLog.PassFailed(log, error.Message);
                _told.Clear();
                _told.Add(error.Message);
            }

            state.Problem = error.Message;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _wake.Dispose();

    /// <summary>How long to gather before the next pass.</summary>
    /// <param name="pass">How long the last one took.</param>
    internal static TimeSpan PauseAfter(TimeSpan pass) => TimeSpan.FromTicks(Math.Clamp(pass.Ticks * (Share - 1), Gathering.Ticks, SweepEvery.Ticks));

    /// <summary>Wires, too, are compared with a list of all of the node's routes and neighbours, other nodes' among them: by the clock the more rarely, the more there are.</summary>
    private TimeSpan Sweep => SweepEvery * Pace.Of(state.Network?.Others.Length ?? 0);

    /// <summary>Pods alone, whose changes come all the time, do not have the VTEP looked at.</summary>
    private bool IsVtepDue()
    {
        lock (_lock)
        {
            var due = _vtepToo || time.GetElapsedTime(_looked) >= Sweep - Gathering;
            _vtepToo = false;
            return due;
        }
    }

    private void Tell(string? waiting, ImmutableArray<string> problems)
    {
        var now = problems.ToHashSet(StringComparer.Ordinal);
        if (waiting is not null && _told.Add(waiting))
            VtepLog.Waiting(log, waiting);
        foreach (var problem in problems.Where(_told.Add))
            VtepLog.SubnetProblem(log, problem);

        _told.RemoveWhere(t => !now.Contains(t) && !string.Equals(t, waiting, StringComparison.Ordinal));
        state.Problem = waiting;
    }
}
