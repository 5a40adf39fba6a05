using System.Collections.Immutable;
using System.Net;
using Overlay.Api.Wire;

namespace Overlay.Policy;

/// <summary>Judges packets by a table as the kernel's sets do; built once, asked often (conntrack entries, tests).</summary>
public sealed class VerdictTableJudge
{
    private readonly Dictionary<WorkloadKey, Entry> _destinations = [];
    private readonly HashSet<Tag> _restricted;
    private readonly HashSet<Tag> _acquainted;
    private readonly HashSet<Tag> _known;

    /// <summary>Indexes a table.</summary>
    /// <param name="table">The table.</param>
    public VerdictTableJudge(VerdictTable table)
    {
        _restricted = [.. table.RestrictedTags];
        _acquainted = [.. table.AcquaintedTags];
        _known = [.. table.KnownTags];
        foreach (var destination in table.Destinations)
        {
            _destinations[destination.Workload] = new Entry(
                destination,
                [.. destination.Particular],
                destination.Grants.ToLookup(grant => (grant.Source, grant.Flagged))
            );
        }
    }

    /// <summary>Judges a packet (or a connection's client) to a local workload.</summary>
    /// <param name="destination">The local workload it goes to.</param>
    /// <param name="mark">The packet's mark as the node holds it (<see cref="NodeMark"/>); others' bits are ignored.</param>
    /// <param name="packet">The rest that is judged by.</param>
    public Verdict Judge(WorkloadKey destination, uint mark, in JudgedPacket packet) =>
        Judge(destination, NodeMark.TagOf(mark), (mark & NodeMark.EgressIsolated) != 0, packet);

    /// <summary>Judges a packet (or a connection's client) to a local workload.</summary>
    /// <param name="destination">The local workload it goes to.</param>
    /// <param name="tag">The sender's tag.</param>
    /// <param name="flagged">Whether it carries the egress-isolated flag.</param>
    /// <param name="packet">The rest that is judged by.</param>
    public Verdict Judge(WorkloadKey destination, Tag tag, bool flagged, in JudgedPacket packet)
    {
        if (!_destinations.TryGetValue(destination, out var entry))
        {
            return Verdict.Denied;
        }

        var (counted, counts) = CountAs(entry, tag, flagged);
        return !counts && entry.Destination.IsOpen ? Verdict.Open : Judge(entry, counted, counts, packet);
    }

    /// <summary>Everything that a sender may reach of a local workload; both families alike, where it has no address.</summary>
    /// <param name="destination">The local workload.</param>
    /// <param name="mark">The sender's mark.</param>
    /// <param name="address">The sender's address; null: it is in no range.</param>
    internal ImmutableArray<PortEntry> Allowed(WorkloadKey destination, uint mark, IPAddress? address)
    {
        if (!_destinations.TryGetValue(destination, out var entry))
        {
            return [];
        }

        var (tag, counts) = CountAs(entry, NodeMark.TagOf(mark), (mark & NodeMark.EgressIsolated) != 0);
        if (!counts && entry.Destination.IsOpen)
        {
            return PortEntries.Everything;
        }

        var grants = Concerning(entry, tag, counts).Where(grant => grant.Family is null || address is null || grant.Family == address.AddressFamily).ToList();
        var denied = At(entry.Destination.DeniedAddresses, address);
        var plain = PortEntries.Except(PortsOf(grants, GrantStanding.Plain), denied);
        var byAddress = PortEntries.Intersect(PortEntries.Except(PortsOf(grants, GrantStanding.Conditional), denied), At(entry.Destination.AllowedAddresses, address));
        return PortEntries.Normalize([.. PortsOf(grants, GrantStanding.Firm), .. plain, .. byAddress]);
    }

    /// <summary>Judges a packet of a local workload that leaves the overlay.</summary>
    /// <param name="source">The local workload that sends it.</param>
    /// <param name="packet">What is judged by; its address is the destination's.</param>
    public Verdict JudgeExit(WorkloadKey source, in JudgedPacket packet)
    {
        if (!_destinations.TryGetValue(source, out var entry))
        {
            return Verdict.Denied;
        }

        if (!entry.Destination.IsConfined)
        {
            return Verdict.Open;
        }

        foreach (var exit in entry.Destination.Exits)
        {
            if (Covers(exit.Protocol, exit.Ports, packet) && (exit.Addresses is not { } range || (packet.Address is { } address && range.Contains(address))))
            {
                return new Verdict(true, exit.Because);
            }
        }

        return Verdict.Denied;
    }

    /// <summary>The tag that a sender counts as, and whether it counts as flagged.</summary>
    private (Tag Tag, bool Flagged) CountAs(Entry entry, Tag tag, bool flagged)
    {
        var counts = _restricted.Contains(tag) || (flagged && !_acquainted.Contains(tag));
        return !counts && entry.Destination.IsWary && tag.IsWorkload && !_known.Contains(tag) ? (Tag.UnknownPod, false) : (tag, counts);
    }

    private static IEnumerable<Grant> Concerning(Entry entry, Tag tag, bool flagged)
    {
        var own = entry.Grants[(GrantSource.Of(tag), flagged)];
        return flagged || entry.Particular.Contains(tag)
            ? own
            : own.Concat(entry.Grants[(tag.IsWorkload ? GrantSource.AnyPod : GrantSource.Outsider, false)]).Concat(entry.Grants[(GrantSource.Anyone, false)]);
    }

    private static ImmutableArray<PortEntry> PortsOf(IEnumerable<Grant> grants, GrantStanding standing) =>
        PortEntries.Normalize([.. grants.Where(grant => grant.Standing == standing).Select(grant => new PortEntry(grant.Protocol, grant.Ports ?? PortRange.Whole, grant.Because))]);

    private static ImmutableArray<PortEntry> At(ImmutableArray<AddressGrant> addresses, IPAddress? address) =>
        address is null
            ? []
            : PortEntries.Normalize([.. addresses.Where(grant => grant.Addresses.Contains(address)).Select(grant => new PortEntry(grant.Protocol, grant.Ports ?? PortRange.Whole, grant.Because))]);

    private static Verdict Judge(Entry entry, Tag tag, bool flagged, in JudgedPacket packet)
    {
        if (Find(entry, tag, flagged, GrantStanding.Firm, packet) is { } firm)
        {
            return firm;
        }

        if (Find(entry.Destination.DeniedAddresses, packet) is not null)
        {
            return Verdict.Denied;
        }

        return Find(entry, tag, flagged, GrantStanding.Plain, packet)
            ?? (Find(entry, tag, flagged, GrantStanding.Conditional, packet) is not null ? Find(entry.Destination.AllowedAddresses, packet) : null)
            ?? Verdict.Denied;
    }

    private static Verdict? Find(Entry entry, Tag tag, bool flagged, GrantStanding standing, in JudgedPacket packet) =>
        Find(Concerning(entry, tag, flagged), standing, packet);

    private static Verdict? Find(IEnumerable<Grant> grants, GrantStanding standing, in JudgedPacket packet)
    {
        foreach (var grant in grants)
        {
            if (grant.Standing == standing && Covers(grant.Protocol, grant.Ports, packet) && (grant.Family is null || grant.Family == packet.Family))
            {
                return new Verdict(true, grant.Because);
            }
        }

        return null;
    }

    private static Verdict? Find(IEnumerable<AddressGrant> addresses, in JudgedPacket packet)
    {
        foreach (var grant in addresses)
        {
            if (packet.Address is { } address && grant.Addresses.Contains(address) && Covers(grant.Protocol, grant.Ports, packet))
            {
                return new Verdict(true, grant.Because);
            }
        }

        return null;
    }

    private static bool Covers(IpProtocol? granted, PortRange? ports, in JudgedPacket packet) =>
        granted is null || (granted == packet.Protocol && (ports is not { } range || range.Contains(packet.Port)));

    private sealed record Entry(Destination Destination, HashSet<Tag> Particular, ILookup<(GrantSource Source, bool Flagged), Grant> Grants);
}
