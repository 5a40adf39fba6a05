using System.Collections.Immutable;
using System.Net;
using Overlay.Netlink.IpSets;

namespace Overlay.NodeAgent.Rules.Iptables;

/// <summary>What must be written to bring the sets from what they hold to what they must hold. Pure.</summary>
/// <remarks>
/// The order: sets and elements are added before rules refer to them; then come the rules; then what goes with an element changes, so that a pod's new
/// tag is on its packets only once the rules know it; at last what nothing refers to any more is removed.
/// </remarks>
/// <param name="Create">Sets that are not there.</param>
/// <param name="Add">Elements that are not there.</param>
/// <param name="Change">Elements that come to have another mark or comment.</param>
/// <param name="Remove">Elements that must not be there.</param>
/// <param name="Destroy">Sets of ours that must not be there.</param>
internal sealed record SetPlan(
    ImmutableArray<IpSet> Create,
    ImmutableArray<(string Set, IpSetElement Element)> Add,
    ImmutableArray<(string Set, IpSetElement Element)> Change,
    ImmutableArray<(string Set, IpSetElement Element)> Remove,
    ImmutableArray<string> Destroy
)
{
    /// <summary>The difference.</summary>
    /// <param name="wanted">The sets by name.</param>
    /// <param name="found">What the kernel holds: each set of ours by name, with its elements.</param>
    internal static SetPlan Between(
        ImmutableSortedDictionary<string, IpSet> wanted,
        IReadOnlyDictionary<string, Dictionary<(IPNetwork, string?), IpSetElement>> found
    )
    {
        var (add, change, remove) = (
            ImmutableArray.CreateBuilder<(string, IpSetElement)>(),
            ImmutableArray.CreateBuilder<(string, IpSetElement)>(),
            ImmutableArray.CreateBuilder<(string, IpSetElement)>()
        );
        foreach (var set in wanted.Values)
        {
            var there = found.GetValueOrDefault(set.Name);
            foreach (var element in set.Elements)
            {
                if (there is null || !there.TryGetValue(element.Identity, out var now))
                {
                    add.Add((set.Name, element));
                }
                else if (now != element)
                {
                    change.Add((set.Name, element));
                }
            }

            if (there is not null && set.IsExact)
            {
                var keep = set.Elements.Select(element => element.Identity).ToHashSet();
                remove.AddRange(there.Values.Where(element => !keep.Contains(element.Identity)).Select(element => (set.Name, element)));
            }
        }

        return new SetPlan(
            [.. wanted.Values.Where(set => !found.ContainsKey(set.Name))],
            add.ToImmutable(),
            change.ToImmutable(),
            remove.ToImmutable(),
            [.. found.Keys.Where(name => !wanted.ContainsKey(name)).Order(StringComparer.Ordinal)]
        );
    }
}
