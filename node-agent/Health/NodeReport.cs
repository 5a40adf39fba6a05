using Overlay.Kube.Core;
using Overlay.NodeAgent.Events;

namespace Overlay.NodeAgent.Health;

/// <summary>
/// Tells on the Node what its administrator should look into: once when it is noticed, and again once the API server has forgotten the Event.
/// </summary>
/// <param name="findings">What is to be looked into now; empty: nothing.</param>
/// <param name="node">This node's object; null while it is not known.</param>
/// <param name="events">Tells.</param>
/// <param name="time">The clock.</param>
internal sealed class NodeReport(Func<IReadOnlyCollection<Finding>> findings, Func<Node?> node, IAgentEvents events, TimeProvider time)
{
    /// <summary>As often as the firewalls are looked at.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    /// <summary>How long an API server keeps Events unless it is told otherwise (kube-apiserver --event-ttl).</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromHours(1);

    private readonly Dictionary<Finding, long> _told = [];

    /// <summary>Works until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                Pass();
                await Task.Delay(Interval, time, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // As it should be.
        }
    }

    /// <summary>Tells what is new.</summary>
    internal void Pass()
    {
        var now = findings();
        foreach (var over in _told.Keys.Except(now).ToArray())
            _told.Remove(over);
        if (now.Count == 0 || node() is not { } about)
            return;
        foreach (var finding in now)
        {
            if (_told.TryGetValue(finding, out var at) && time.GetElapsedTime(at) < Forgotten)
                continue;
            events.Found(about, finding);
            _told[finding] = time.GetTimestamp();
        }
    }
}
