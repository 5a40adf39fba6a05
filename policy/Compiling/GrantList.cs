using System.Collections.Immutable;
using System.Net.Sockets;

namespace Overlay.Policy;

/// <summary>Makes grants of rights.</summary>
internal static class GrantList
{
    /// <summary>Adds what somebody may do in one family.</summary>
    public static void Add(List<Grant> grants, GrantSource source, bool flagged, Rights rights, AddressFamily? family)
    {
        Add(GrantStanding.Plain, rights.Plain);
        Add(GrantStanding.Firm, rights.Firm);
        Add(GrantStanding.Conditional, rights.Conditional);

        void Add(GrantStanding standing, ImmutableArray<PortEntry> ports)
        {
            foreach (var entry in ports)
            {
                grants.Add(new Grant(source, flagged, entry.Protocol, entry.PortsOrAll, entry.Because) { Standing = standing, Family = family });
            }
        }
    }

    /// <summary>Sorts; what is granted in both families is said once.</summary>
    public static ImmutableArray<Grant> Sort(List<Grant> grants)
    {
        var sorted = grants.Exists(grant => grant.Family is not null) ? grants.GroupBy(grant => grant with { Family = null }).SelectMany(WithoutFamily).ToList() : grants;
        sorted.Sort(static (left, right) => Order(left, right));
        return [.. sorted];
    }

    private static IEnumerable<Grant> WithoutFamily(IGrouping<Grant, Grant> same) =>
        same.Select(grant => grant.Family).Distinct().Count() > 1 ? [same.Key] : same.Distinct();

    private static int Order(in Grant left, in Grant right)
    {
        var order = left.Source.CompareTo(right.Source);
        order = order == 0 ? left.Flagged.CompareTo(right.Flagged) : order;
        order = order == 0 ? left.Standing.CompareTo(right.Standing) : order;
        order = order == 0 ? Nullable.Compare(left.Family, right.Family) : order;
        order = order == 0 ? Nullable.Compare(left.Protocol, right.Protocol) : order;
        return order == 0 ? (left.Ports?.First ?? 0).CompareTo(right.Ports?.First ?? 0) : order;
    }
}
