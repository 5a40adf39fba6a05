using System.Collections.Immutable;
using Overlay.Api.Objects;
using Overlay.Api.Policies;
using Overlay.Cli.Cluster;
using Overlay.Policy;

namespace Overlay.Cli.Status;

/// <summary>Judges the policies by what the operator says of them.</summary>
internal static class PolicyAssessment
{
    /// <summary>Judges.</summary>
    public static Assessed<PolicyCounts> Of(ClusterSnapshot cluster, DateTimeOffset now)
    {
        var refused = cluster.Policies.Where(p => Accepted(p) is { Status: not "True" }).OrderBy(p => p.Metadata.Key.ToString(), StringComparer.Ordinal).ToList();
        var waiting = cluster.Policies.Where(p => Accepted(p) is null).ToList();
        var counts = new PolicyCounts(cluster.Policies.Length - refused.Count - waiting.Count, refused.Count, waiting.Count, cluster.NetworkPolicies.Length, cluster.ClusterPolicies.Length);
        var late = waiting.Count(p => p.Metadata.CreationTimestamp is not { } made || now - made > StatusAssessment.Patience);
        return new(
            counts,
            [
                .. refused.Select(p => new Problem(
                    $"overlaypolicy {p.Metadata.Key}",
                    $"refused ({Accepted(p)!.Reason}): {Accepted(p)!.Message}",
                    $"mend it: kubectl -n {p.Metadata.Namespace} edit overlaypolicy {p.Metadata.Name}"
                )),
                .. late > 0
                    ? (Problem[])
                    [
                        new(
                            "overlaypolicies",
                            $"the operator has not looked at the present state of {late} of them; the nodes judge by them all the same",
                            $"if it stays so for more than a few seconds, see the log of the operator in namespace {cluster.OverlayNamespace}"
                        ),
                    ]
                    : [],
                .. cluster.NetworkPolicies.SelectMany(p => NotUnderstood($"networkpolicy {p.Metadata.Key}", p.Unreadable, PolicyValidation.Check(p), "it isolates what it selects and allows nothing")),
                .. cluster.ClusterPolicies.SelectMany(p => NotUnderstood($"clusternetworkpolicy {p.Metadata.Name}", p.Unreadable, PolicyValidation.Check(p), "what is not understood of it denies")),
            ]
        );
    }

    private static IEnumerable<Problem> NotUnderstood(string policy, string? unreadable, ImmutableArray<PolicyProblem> problems, string meaning)
    {
        var texts = unreadable is not null ? [unreadable] : problems.Select(problem => problem.ToString()).ToList();
        if (texts.Count > 0)
            yield return new Problem(policy, $"not understood, so {meaning}: {string.Join("; ", texts)}", "mend it, or delete it");
    }

    // What was said of an older generation says nothing of this one.
    private static Condition? Accepted(OverlayPolicy policy) =>
        policy.Status is { } status && !(status.ObservedGeneration < policy.Metadata.Generation)
            ? status.Conditions.OrEmpty().FirstOrDefault(c => c.Type == "Accepted")
            : null;
}
