using System.Collections.Immutable;
using Overlay.Api.Network;
using Overlay.Api.Objects;

namespace Overlay.Operator.Network;

/// <summary>The status of an OverlayNetwork, from what was found. Pure.</summary>
internal static class NetworkStatus
{
    /// <summary>The status of the network that is named as it must be.</summary>
    /// <param name="network">The network.</param>
    /// <param name="review">What its pools are worth.</param>
    /// <param name="findings">What the controllers found.</param>
    /// <param name="now">The time.</param>
    public static OverlayNetworkStatus Of(OverlayNetwork network, PoolReview review, Findings findings, DateTimeOffset now)
    {
        var valid = PoolsValid(review, findings.Subnets);
        var pools = PoolsExhausted(findings.Subnets);
        var tags = TagsExhausted(findings.WorkloadsWithoutTag);
        var ready = !IsTrue(valid) ? Conditions.Of("Ready", false, valid.Reason, valid.Message)
            : IsTrue(pools) ? Conditions.Of("Ready", false, pools.Reason, pools.Message)
            : IsTrue(tags) ? Conditions.Of("Ready", false, tags.Reason, tags.Message)
            : Conditions.Of("Ready", true, "InOrder", "Every node has its subnets and every workload its tag.");
        return new OverlayNetworkStatus
        {
            ObservedGeneration = network.Metadata.Generation,
            Conditions = Conditions.Merge(
                network.Status?.Conditions.OrEmpty() ?? [], [ready, valid, pools, tags], network.Metadata.Generation, now),
            LabelKeys = findings.Keys?.LabelKeys ?? network.Status?.LabelKeys.OrEmpty() ?? [],
            Pools = findings.Subnets.Usage,
        };
    }

    /// <summary>The status of a network that has slipped in under another name.</summary>
    public static OverlayNetworkStatus OfStray(OverlayNetwork network, DateTimeOffset now) => new()
    {
        ObservedGeneration = network.Metadata.Generation,
        Conditions = Conditions.Merge(
            network.Status?.Conditions.OrEmpty() ?? [],
            [
                Conditions.Of("Ready", false, "WrongName",
                    $"There is one OverlayNetwork in a cluster, named '{OverlayNetwork.DefaultName}'; this one is not used: " +
                    $"put what it says into '{OverlayNetwork.DefaultName}' and delete it."),
            ],
            network.Metadata.Generation,
            now),
    };

    /// <summary>Whether two statuses say the same.</summary>
    public static bool Same(OverlayNetworkStatus? left, OverlayNetworkStatus right) =>
        left is not null
        && left.ObservedGeneration == right.ObservedGeneration
        && left.Conditions.OrEmpty().Select(Untimed).SequenceEqual(right.Conditions.Select(Untimed))
        && SameKeys(left.LabelKeys.OrEmpty(), right.LabelKeys)
        && left.Pools.OrEmpty().SequenceEqual(right.Pools);

    /// <summary>Whether two lists of keys say the same.</summary>
    public static bool SameKeys(ImmutableArray<KeyInForce> left, ImmutableArray<KeyInForce> right) =>
        left.Length == right.Length
        && left.Zip(right).All(p =>
            string.Equals(p.First.Key, p.Second.Key, StringComparison.Ordinal)
            && (p.First.Namespaces ?? []).OrEmpty().SequenceEqual((p.Second.Namespaces ?? []).OrEmpty()));

    // The time follows from the status.
    private static Condition Untimed(Condition condition) => condition with { LastTransitionTime = null };

    private static bool IsTrue(Condition condition) => condition.Status is "True";

    private static Condition PoolsValid(PoolReview review, SubnetFindings found) =>
        review.Problems.Length > 0
            ? Conditions.Of("PoolsValid", false, review.Overlapping ? "PoolsOverlap" : "PoolInvalid", string.Join("; ", review.Problems))
        : found.OutsidePools.Length > 0
            ? Conditions.Of("PoolsValid", false, "SubnetsOutsidePools",
                $"In use, but in no pool: {Some(found.OutsidePools)}. Put the pool back, or drain these nodes, delete their Node objects and let them join anew.")
        : Conditions.Of("PoolsValid", true, "Disjoint", "The pools make sense, are disjoint and hold every subnet.");

    private static Condition PoolsExhausted(SubnetFindings found) =>
        found.Waiting.Length > 0
            ? Conditions.Of("PoolsExhausted", true, "PoolsFull", $"No free subnet for {Some(found.Waiting)}: add another pool to spec.pools, or delete the Node objects of nodes that are gone.")
            : Conditions.Of("PoolsExhausted", false, "SubnetsFree", "Every node has its subnets.");

    private static Condition TagsExhausted(int waiting) =>
        waiting > 0
            ? Conditions.Of("TagsExhausted", true, "TagsUsedUp",
                $"{waiting} workloads have no tag and are denied wherever a policy selects: take keys out of spec.workloadLabels or pod selectors that tell too many pods " +
                "apart (one value a pod), delete unused workloads, or wait until released tags have rested. Tags above 8191 need nftables on every node.")
            : Conditions.Of("TagsExhausted", false, "TagsFree", "Every workload has its tag.");

    private static string Some(ImmutableArray<string> names) =>
        names.Length <= 5 ? string.Join(", ", names) : $"{string.Join(", ", names.Take(5))} and {names.Length - 5} more";
}
