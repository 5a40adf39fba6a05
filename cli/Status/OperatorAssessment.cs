using Overlay.Api.Nodes;
using Overlay.Cli.Cluster;
using Overlay.Cli.Text;

namespace Overlay.Cli.Status;

/// <summary>Judges the operator by the Lease that operators lead by.</summary>
internal static class OperatorAssessment
{
    // As the Lease says; this when it does not.
    private const int DefaultDuration = 15;

    /// <summary>Judges. Without a Lease leader election may be switched off: no problem by itself.</summary>
    public static Assessed<OperatorReport> Of(ClusterSnapshot cluster, DateTimeOffset now)
    {
        var lease = cluster.Leases.FirstOrDefault(l => l.Metadata.Name == OperatorLease.Name)?.Spec;
        if (lease is null)
            return new(new OperatorReport(null, null, null), []);
        var leader = lease.HolderIdentity is { Length: > 0 } holder ? holder : null;
        var silence = now - lease.RenewTime;
        var alive = leader is not null && silence <= TimeSpan.FromSeconds(lease.LeaseDurationSeconds ?? DefaultDuration);
        var report = new OperatorReport(leader, lease.RenewTime, alive);
        return alive ? new(report, []) : new(report, [Away(leader, silence, cluster.OverlayNamespace)]);
    }

    private static Problem Away(string? leader, TimeSpan? silence, string ns) => new(
        "operator",
        (leader is null ? "nobody leads" : $"{leader} has not renewed its Lease{(silence is { } s ? $" for {Age.Of(s)}" : "")}")
            + ": new nodes get no subnet and new workloads no tag; all else goes on",
        $"see whether an operator runs in namespace {ns}, and its log"
    );
}
