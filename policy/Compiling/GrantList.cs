using System.Collections.Immutable;
using System.Net.Sockets;
using Overlay.Api.Wire;

namespace Overlay.Policy;

/// <summary>Gathers one destination's grants.</summary>
/// <param name="deniesAddresses">Whether the destination denies some addresses: then it is not open to anybody unasked.</param>
internal sealed class GrantList(bool deniesAddresses)
{
    private readonly List<Grant> _grants = [];
    private readonly List<(Tag Tag, Rights Rights, Rights Kind, AddressFamily? Family)> _differences = [];
    private bool _openToKinds = !deniesAddresses;

    /// <summary>Whether everything comes in that is not flagged.</summary>
    public bool IsOpen => _openToKinds && !_differences.Exists(IsLess);

    /// <summary>Whether tags that nobody knows may do less than pods at large.</summary>
    public bool IsWary { get; private set; }

    /// <summary>The tags that are judged by their own grants alone: they may do less than their kind. Sorted.</summary>
    public ImmutableArray<Tag> Particular => [.. _differences.Where(IsLess).Select(difference => difference.Tag).Distinct().Order()];

    /// <summary>What outsiders, pods at large and strangers among them may do: said once where it is the same.</summary>
    public void AddKinds(Rights outsider, Rights pod, Rights stranger, AddressFamily? family)
    {
        Add(GrantSource.Anyone, flagged: false, outsider.And(pod.WithoutReasons()), family);
        Add(GrantSource.Outsider, flagged: false, outsider.Except(pod), family);
        Add(GrantSource.AnyPod, flagged: false, pod.Except(outsider), family);
        _openToKinds &= IsEverything(outsider) && IsEverything(pod) && IsEverything(stranger);
        IsWary |= !pod.Except(stranger).IsEmpty;
    }

    /// <summary>What a tag's pods may do, beside what their kind may.</summary>
    public void AddTag(Tag tag, Rights rights, Rights kind, AddressFamily? family)
    {
        if (!rights.Same(kind))
        {
            _differences.Add((tag, rights, kind, family));
        }
        else if (family is not null)
        {
            _differences.Add((tag, rights, rights, family));
        }
    }

    /// <summary>What a restricted tag's pods may do, whose packets all count as flagged.</summary>
    public void AddFlagged(Tag tag, Rights rights, AddressFamily? family) => Add(GrantSource.Of(tag), flagged: true, rights, family);

    /// <summary>The grants, sorted. To an open destination those to flagged tags are all that is needed.</summary>
    public ImmutableArray<Grant> Grants()
    {
        var particular = Particular.ToHashSet();
        foreach (var (tag, rights, kind, family) in _differences)
        {
            Add(GrantSource.Of(tag), flagged: false, particular.Contains(tag) ? rights : rights.Except(kind), family);
        }

        var needed = _grants.Where(grant => !IsOpen || grant.Flagged).GroupBy(grant => grant with { Family = null }).SelectMany(WithoutFamily).ToList();
        needed.Sort(static (left, right) => Order(left, right));
        return [.. needed];
    }

    /// <summary>What is granted in both families needs to be said once.</summary>
    private static IEnumerable<Grant> WithoutFamily(IGrouping<Grant, Grant> same) => same.Select(grant => grant.Family).Distinct().Count() > 1 ? [same.Key] : same.Distinct();

    private static bool IsLess((Tag Tag, Rights Rights, Rights Kind, AddressFamily? Family) difference) => !difference.Kind.Except(difference.Rights).IsEmpty;

    private static bool IsEverything(Rights rights) => PortEntries.IsEverything(rights.Plain);

    private void Add(GrantSource source, bool flagged, Rights rights, AddressFamily? family)
    {
        Add(GrantStanding.Plain, rights.Plain);
        Add(GrantStanding.Firm, rights.Firm);
        Add(GrantStanding.Conditional, rights.Conditional);

        void Add(GrantStanding standing, ImmutableArray<PortEntry> ports)
        {
            foreach (var entry in ports)
            {
                _grants.Add(new Grant(source, flagged, entry.Protocol, entry.PortsOrAll, entry.Because) { Standing = standing, Family = family });
            }
        }
    }

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
