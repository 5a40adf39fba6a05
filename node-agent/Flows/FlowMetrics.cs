using Overlay.Kube.Metrics;

namespace Overlay.NodeAgent.Flows;

/// <summary>Counts what is told, for each local workload.</summary>
internal sealed class FlowMetrics
{
    /// <summary>Series that are kept apart; workloads come and go for ever, a program's memory does not grow for ever.</summary>
    internal const int MostSeries = 2000;

    private readonly Counter _told;
    private readonly HashSet<(string, string, string, string)> _series = [];

    /// <param name="metrics">Where they are shown.</param>
    /// <param name="lost">How many packets came faster than they were read.</param>
    public FlowMetrics(MetricRegistry metrics, Func<long> lost)
    {
        _told = metrics.Counter(
            "overlay_flows_told_total",
            "Denied packets (verdict denied), allowed connections (allowed) and what an audited policy would have denied (audit), as told in the log: rates are limited, so these are fewer than there were.",
            "verdict", "direction", "namespace", "workload");
        metrics.Counter("overlay_flows_lost_total", "Logged packets that came faster than the agent read them.", () => lost());
    }

    /// <summary>Counts one.</summary>
    public void Count(ToldFlow told)
    {
        var (flow, subject) = (told.Flow, told.Subject);
        var (verdict, direction) = (flow.Verdict.ToString().ToLowerInvariant(), flow.Direction.ToString().ToLowerInvariant());
        var (ns, workload) = (subject.Pod.Name.Namespace ?? "", subject.Workload);
        if (!_series.Contains((verdict, direction, ns, workload)))
        {
            if (_series.Count < MostSeries)
                _series.Add((verdict, direction, ns, workload));
            else
                (ns, workload) = ("", "others");
        }

        _told.Increment(verdict, direction, ns, workload);
    }
}
