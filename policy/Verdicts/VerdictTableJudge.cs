using Overlay.Api.Policies;
using Overlay.Api.Wire;

namespace Overlay.Policy;

/// <summary>Judges packets by a table as the kernel's sets do; built once, asked often (conntrack entries, tests).</summary>
public sealed class VerdictTableJudge
{
    private readonly Dictionary<WorkloadKey, Entry> _destinations = [];
    private readonly HashSet<Tag> _restricted;

    /// <summary>Indexes a table.</summary>
    /// <param name="table">The table.</param>
    public VerdictTableJudge(VerdictTable table)
    {
        _restricted = [.. table.RestrictedTags];
        foreach (var destination in table.Destinations)
        {
            _destinations[destination.Workload] = new Entry(destination, destination.Grants.ToLookup(grant => (grant.Source, grant.Flagged)));
        }
    }

    /// <summary>Judges a packet (or a connection's client) to a local workload.</summary>
    /// <param name="destination">The local workload it goes to.</param>
    /// <param name="mark">The packet's mark as the node holds it (<see cref="NodeMark"/>); others' bits are ignored.</param>
    /// <param name="protocol">The protocol; null for one without ports, as ICMP.</param>
    /// <param name="port">The destination's port; ignored where there are none.</param>
    public Verdict Judge(WorkloadKey destination, uint mark, PortProtocol? protocol, ushort port) =>
        Judge(destination, NodeMark.TagOf(mark), (mark & NodeMark.EgressIsolated) != 0, protocol, port);

    /// <summary>Judges a packet (or a connection's client) to a local workload.</summary>
    /// <param name="destination">The local workload it goes to.</param>
    /// <param name="tag">The sender's tag.</param>
    /// <param name="flagged">Whether it carries the egress-isolated flag.</param>
    /// <param name="protocol">The protocol; null for one without ports, as ICMP.</param>
    /// <param name="port">The destination's port; ignored where there are none.</param>
    public Verdict Judge(WorkloadKey destination, Tag tag, bool flagged, PortProtocol? protocol, ushort port)
    {
        if (!_destinations.TryGetValue(destination, out var entry))
        {
            return Verdict.Denied;
        }

        var restrained = flagged || _restricted.Contains(tag);
        if (!restrained && !entry.Destination.IngressIsolated)
        {
            return Verdict.Open;
        }

        if (Find(entry.Grants[(GrantSource.Of(tag), flagged)], protocol, port) is { } byTag)
        {
            return byTag;
        }

        if (restrained)
        {
            return Verdict.Denied;
        }

        if (tag.IsWorkload && Find(entry.Grants[(GrantSource.AnyPod, false)], protocol, port) is { } byPod)
        {
            return byPod;
        }

        return Find(entry.Grants[(GrantSource.Anyone, false)], protocol, port) ?? Verdict.Denied;
    }

    /// <summary>Judges a packet of a local workload that leaves the overlay.</summary>
    /// <param name="source">The local workload that sends it.</param>
    /// <param name="protocol">The protocol; null for one without ports, as ICMP.</param>
    /// <param name="port">The destination's port; ignored where there are none.</param>
    public Verdict JudgeExit(WorkloadKey source, PortProtocol? protocol, ushort port)
    {
        if (!_destinations.TryGetValue(source, out var entry))
        {
            return Verdict.Denied;
        }

        if (!entry.Destination.EgressIsolated)
        {
            return Verdict.Open;
        }

        foreach (var exit in entry.Destination.Exits)
        {
            if (Covers(exit.Protocol, exit.Ports, protocol, port))
            {
                return new Verdict(true, exit.Because);
            }
        }

        return Verdict.Denied;
    }

    private static Verdict? Find(IEnumerable<Grant> grants, PortProtocol? protocol, ushort port)
    {
        foreach (var grant in grants)
        {
            if (Covers(grant.Protocol, grant.Ports, protocol, port))
            {
                return new Verdict(true, grant.Because);
            }
        }

        return null;
    }

    private static bool Covers(PortProtocol? granted, PortRange? ports, PortProtocol? protocol, ushort port) =>
        granted is null || (granted == protocol && (ports is not { } range || range.Contains(port)));

    private sealed record Entry(Destination Destination, ILookup<(GrantSource Source, bool Flagged), Grant> Grants);
}
