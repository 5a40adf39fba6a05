using System.Collections.Immutable;
using Overlay.Netlink.NfTables;

namespace Overlay.NodeAgent.Rules.Nftables;

/// <summary>Desired minus actual, for elements. Pure. The plan goes to the kernel as one transaction: packets see all of it or nothing, but for <see cref="Late"/>.</summary>
/// <param name="Remove">Elements that must go; also those that come back with another value or comment.</param>
/// <param name="Add">Elements that must come.</param>
internal sealed record ElementPlan(ImmutableArray<PlacedElement> Remove, ImmutableArray<PlacedElement> Add)
{
    /// <summary>
    /// Grants that wait for a second transaction: those that depend on addresses, of workloads that get other denied addresses by this plan. The kernel
    /// puts what is new in an interval set in force after all the rest of its transaction (nf_tables_commit: the generation is switched first,
    /// nft_set_commit_update comes last), so for that moment such a grant would stand without the denial that belongs to it.
    /// </summary>
    internal ImmutableArray<PlacedElement> Late { get; init; } = [];

    /// <summary>Whether there is nothing to do.</summary>
    internal bool IsEmpty => Remove.IsEmpty && Add.IsEmpty;

    /// <summary>The plan from one state of elements to another.</summary>
    internal static ElementPlan Between(IEnumerable<PlacedElement> actual, IEnumerable<PlacedElement> desired)
    {
        var left = new Dictionary<(string, NfValue, NfValue?), PlacedElement>();
        foreach (var element in actual)
        {
            left[element.Identity] = element;
        }

        var remove = ImmutableArray.CreateBuilder<PlacedElement>();
        var add = ImmutableArray.CreateBuilder<PlacedElement>();
        foreach (var element in desired)
        {
            if (!left.Remove(element.Identity, out var there))
            {
                add.Add(element);
            }
            else if (there.Element != element.Element)
            {
                remove.Add(there);
                add.Add(element);
            }
        }

        remove.AddRange(left.Values);
        return new ElementPlan(remove.ToImmutable(), add.ToImmutable());
    }

    /// <summary>The plan in an order that never leaves a grant without the denied addresses that belong to it.</summary>
    /// <param name="desired">All elements that are wanted; looked at only when denied addresses are added.</param>
    internal ElementPlan InOrder(IEnumerable<PlacedElement> desired)
    {
        var groups = Add.Where(element => element.IsDeniedAddress).Select(element => element.Group).ToHashSet();
        if (groups.Count == 0)
        {
            return this;
        }

        var late = desired.Where(element => element.IsGrantByAddress && groups.Contains(element.Group)).ToImmutableArray();
        var added = Add.Select(element => element.Identity).ToHashSet();
        return new ElementPlan(
            [.. Remove, .. late.Where(element => !added.Contains(element.Identity))],
            [.. Add.Where(element => !element.IsGrantByAddress || !groups.Contains(element.Group))]
        )
        {
            Late = late,
        };
    }

    /// <summary>The plan from the slots in force to new ones; slots that were taken over are not looked into.</summary>
    internal static ElementPlan Between(IReadOnlyDictionary<string, ElementSlot> actual, IReadOnlyDictionary<string, ElementSlot> desired) =>
        Between(Unlike(actual, desired), Unlike(desired, actual));

    /// <summary>The plan as a transaction.</summary>
    /// <param name="table">The table.</param>
    /// <param name="turned">The names of the sets whose keys are in the other byte order (<see cref="RangeKeys"/>).</param>
    internal NfTablesBatch Write(TableName table, ISet<string> turned) => Write(table, turned, Remove, Add);

    /// <summary>What waits, as a transaction.</summary>
    /// <param name="table">The table.</param>
    /// <param name="turned">The names of the sets whose keys are in the other byte order.</param>
    internal NfTablesBatch WriteLate(TableName table, ISet<string> turned) => Write(table, turned, [], Late);

    private static NfTablesBatch Write(TableName table, ISet<string> turned, ImmutableArray<PlacedElement> remove, ImmutableArray<PlacedElement> add)
    {
        var batch = new NfTablesBatch();
        foreach (var set in remove.GroupBy(element => element.Set.Name, StringComparer.Ordinal))
        {
            batch.DeleteElements(table, set.Key, set.Select(element => turned.Contains(set.Key) ? RangeKeys.Turn(element.Set, element.Element) : element.Element));
        }

        foreach (var set in add.GroupBy(element => element.Set.Name, StringComparer.Ordinal))
        {
            batch.AddElements(table, set.Key, set.Select(element => turned.Contains(set.Key) ? RangeKeys.Turn(element.Set, element.Element) : element.Element));
        }

        return batch;
    }

    private static IEnumerable<PlacedElement> Unlike(IReadOnlyDictionary<string, ElementSlot> these, IReadOnlyDictionary<string, ElementSlot> those) =>
        these.Where(slot => !those.TryGetValue(slot.Key, out var other) || !ReferenceEquals(slot.Value, other)).SelectMany(slot => slot.Value.Elements);
}
