using System.Globalization;
using Overlay.Kube.Metrics;

namespace Overlay.NodeAgent.Cni;

/// <summary>Counts and times of CNI calls.</summary>
internal sealed class CniMetrics(MetricRegistry metrics)
{
    private readonly Counter _calls = metrics.Counter("overlay_cni_calls_total", "CNI calls, by command and error code (0 is success).", "command", "code");
    private readonly Histogram _seconds = metrics.Histogram("overlay_cni_call_seconds", "Duration of CNI calls.", null, "command");

    /// <summary>Counts one call.</summary>
    /// <param name="command">CNI_COMMAND.</param>
    /// <param name="code">The error code; 0 is success.</param>
    /// <param name="elapsed">How long it took.</param>
    public void Count(string command, int code, TimeSpan elapsed)
    {
        _calls.Increment(command, code.ToString(CultureInfo.InvariantCulture));
        _seconds.Observe(elapsed, command);
    }
}
