using System.Collections.Immutable;
using Overlay.Cli.Cluster;

namespace Overlay.Cli.Status;

/// <summary>Judges what was read: what is there, what is wrong, what to do. Pure.</summary>
internal static class StatusAssessment
{
    /// <summary>How long a change may be under way before it counts as stuck: an agent tells of itself only when it renews its Lease.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(Api.Nodes.AgentLease.DurationSeconds);

    /// <summary>Judges.</summary>
    /// <param name="cluster">What was read.</param>
    /// <param name="now">The time.</param>
    public static StatusReport Of(ClusterSnapshot cluster, DateTimeOffset now)
    {
        var network = NetworkAssessment.Of(cluster);
        var leader = OperatorAssessment.Of(cluster, now);
        var nodes = NodeAssessment.Of(cluster, now);
        var policies = PolicyAssessment.Of(cluster, now);
        return new StatusReport
        {
            At = now,
            Network = network.Report,
            Operator = leader.Report,
            Nodes = nodes.Report,
            Tags = new TagCounts(cluster.Tags.Count(tag => !tag.IsResting), cluster.Tags.Count(tag => tag.IsResting)),
            Policies = policies.Report,
            Problems = [.. network.Problems, .. leader.Problems, .. nodes.Problems, .. policies.Problems],
        };
    }
}

/// <summary>A part of the report with its problems.</summary>
internal readonly record struct Assessed<T>(T Report, ImmutableArray<Problem> Problems);
