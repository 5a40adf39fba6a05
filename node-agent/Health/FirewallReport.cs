using Overlay.Kube.Core;
using Overlay.NodeAgent.Events;

namespace Overlay.NodeAgent.Health;

/// <summary>
/// Tells on the Node what somebody else's firewall asks of the administrator: once when it is noticed, and again once the API server has
/// forgotten the Event.
/// </summary>
/// <param name="advice">What is to be done now; empty: nothing.</param>
/// <param name="node">This node's object; null while it is not known.</param>
/// <param name="events">Tells.</param>
/// <param name="time">The clock.</param>
internal sealed class FirewallReport(Func<IReadOnlyList<string>> advice, Func<Node?> node, IAgentEvents events, TimeProvider time)
{
    /// <summary>As often as the firewalls are looked at.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    /// <summary>How long an API server keeps Events unless it is told otherwise (kube-apiserver --event-ttl).</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromHours(1);

    private readonly Dictionary<string, long> _told = new(StringComparer.Ordinal);

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
        var now = advice();
        foreach (var over in _told.Keys.Except(now, StringComparer.Ordinal).ToArray())
            _told.Remove(over);
        if (now.Count == 0 || node() is not { } about)
            return;
        foreach (var text in now)
        {
            if (_told.TryGetValue(text, out var at) && time.GetElapsedTime(at) < Forgotten)
                continue;
            events.ForwardingBlocked(about, text);
            _told[text] = time.GetTimestamp();
        }
    }
}
