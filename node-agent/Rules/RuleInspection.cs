using System.Collections.Immutable;

namespace Overlay.NodeAgent.Rules;

/// <summary>What was found in the kernel.</summary>
/// <param name="Skeleton">The rules' condition.</param>
/// <param name="Workloads">Each group number that the rules know, with the name of its workload (<see cref="GroupNumbers.NameOf"/>).</param>
public sealed record RuleInspection(SkeletonCondition Skeleton, ImmutableSortedDictionary<uint, string> Workloads);

/// <summary>The condition of the rules that elements hang on.</summary>
public enum SkeletonCondition
{
    /// <summary>There are none: first start, or somebody flushed the rule set.</summary>
    Missing,

    /// <summary>As they should be.</summary>
    Intact,

    /// <summary>Of another version, other settings, or changed by hand.</summary>
    Changed,
}
