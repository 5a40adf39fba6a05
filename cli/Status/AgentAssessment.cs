using System.Collections.Immutable;
using System.Globalization;
using Overlay.Api.Nodes;
using Overlay.Api.Workloads;
using Overlay.Cli.Cluster;
using Overlay.Cli.Text;
using Overlay.Kube.Core;

namespace Overlay.Cli.Status;

/// <summary>Judges the agents by their Leases.</summary>
internal sealed class AgentAssessment
{
    private readonly Dictionary<string, Lease> _leases;
    private readonly ImmutableArray<(ulong Version, WorkloadTag Tag)> _tags;
    private readonly string _ns;
    private readonly DateTimeOffset _now;

    /// <summary>Prepares.</summary>
    /// <param name="cluster">What was read.</param>
    /// <param name="now">The time.</param>
    public AgentAssessment(ClusterSnapshot cluster, DateTimeOffset now)
    {
        _leases = cluster.Leases.ToDictionary(l => l.Metadata.Name, StringComparer.Ordinal);
        _tags = [.. cluster.Tags.Select(t => (Version: Number(t.Metadata.ResourceVersion) ?? 0, t)).OrderByDescending(t => t.Version)];
        (_ns, _now) = (cluster.OverlayNamespace, now);
    }

    /// <summary>Judges the agent of one node. Null: it has no Lease.</summary>
    public Assessed<AgentReport?> Of(string node)
    {
        var on = $"node {node}";
        if (!_leases.TryGetValue(AgentLease.NameOf(node), out var lease))
            return new(null, [new(on, "no agent has ever reported from it, so its pods can not start", SeeAgent(node))]);

        var silence = _now - lease.Spec.RenewTime;
        var alive = silence <= TimeSpan.FromSeconds(lease.Spec.LeaseDurationSeconds ?? AgentLease.DurationSeconds);
        var applied = Fact(lease, AgentLease.AppliedTagsAnnotation);
        var missing = _tags.TakeWhile(t => t.Version > (Number(applied) ?? 0)).ToList();
        var report = new AgentReport(
            alive,
            lease.Spec.RenewTime,
            Fact(lease, AgentLease.VersionAnnotation),
            Fact(lease, AgentLease.BackendAnnotation),
            applied,
            _tags.IsEmpty ? null : missing.Count == 0
        );
        return new(report, [.. Problems(on, node, alive, silence, missing.Select(t => t.Tag))]);
    }

    private IEnumerable<Problem> Problems(string on, string node, bool alive, TimeSpan? silence, IEnumerable<WorkloadTag> missing)
    {
        if (!alive)
        {
            var since = silence is { } s ? $" for {Age.Of(s)}" : "";
            yield return new(on, $"its agent has been silent{since}: running pods go on under the rules they have, new ones do not start", SeeAgent(node));
            yield break;
        }

        // An agent tells of what it applied when it renews its Lease: what is younger than that is no lag.
        var stuck = missing.Where(t => t.ChangedAt is not { } at || _now - at > StatusAssessment.Patience).ToList();
        if (stuck.Count > 0)
        {
            yield return new(
                on,
                $"its agent is alive, but {stuck.Count} of the WorkloadTags ({stuck[^1].Metadata.Name}{(stuck.Count > 1 ? ", ..." : "")}) are not in force in its rules",
                SeeAgent(node)
            );
        }
    }

    private string SeeAgent(string node) =>
        $"see whether {node} is up and its agent runs (namespace {_ns}), and the agent's log";

    private static string? Fact(Lease lease, string annotation) => lease.Metadata.Annotations?.GetValueOrDefault(annotation);

    private static ulong? Number(string? version) =>
        ulong.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
