using System.Net.Sockets;
using Overlay.Api.Wire;
using Overlay.Policy;

namespace Overlay.NodeAgent.Rules.Nftables;

/// <summary>What a local workload accepts, as elements. Pure.</summary>
/// <remarks>
/// Hash look-ups by tag and by kind come first and cost the same for every workload. What they can't say is in an interval set, or in the same sets under
/// keys of its own (<see cref="KeyBits"/>); only workloads that have such grants are looked up there.
/// </remarks>
internal static class GrantElements
{
    /// <summary>NFPROTO_IPV4 and NFPROTO_IPV6; no other family passes through the table in between.</summary>
    private const byte IPv4 = 2;

    private const byte IPv6 = 10;

    /// <summary>Adds the grants' elements, and those of the addresses that they depend on.</summary>
    /// <returns>Whether hash look-ups do not say all; whether addresses matter.</returns>
    internal static (bool Seldom, bool ByAddress) Add(ElementList elements, LocalWorkload workload)
    {
        var ranges = new List<(uint Mark, Grant Grant)>();
        var seldom = false;
        foreach (var grant in workload.Grants)
        {
            var standing = StandingOf(grant, workload);
            foreach (var mark in MarksOf(grant, workload))
            {
                var isStranger = (mark & KeyBits.Stranger) != 0;
                seldom |= (mark & KeyBits.AtLarge) != 0;
                if (standing == 0 && !isStranger && IsPlain(grant))
                {
                    AddPlain(elements, mark, grant);
                }
                else
                {
                    var atLarge = grant.Source.Kind != GrantSourceKind.Tag && !isStranger ? KeyBits.AtLarge : 0;
                    ranges.Add((mark | atLarge | standing, grant));
                }
            }
        }

        foreach (var source in ranges.GroupBy(range => range.Mark, range => range.Grant))
        {
            AddRanges(elements, source.Key, [.. source]);
        }

        var standings = ranges.Aggregate(0u, (all, range) => all | range.Mark);
        var byAddress = (standings & (KeyBits.UnlessDenied | KeyBits.IfAllowed)) != 0;
        if (byAddress)
        {
            AddressElements.Add(elements, KeyBits.Denied, "denied", workload.DeniedAddresses);
        }

        if ((standings & KeyBits.IfAllowed) != 0)
        {
            AddressElements.Add(elements, KeyBits.Allowed, "allowed", workload.AllowedAddresses);
        }

        return (seldom || ranges.Count > 0, byAddress);
    }

    /// <summary>
    /// The marks that a grant's source is looked up by: a tag with its flag, or a kind. "Anyone" is two kinds, since a pod is looked up as a pod.
    /// To a wary workload tag 2 is also what every unknown tag counts as.
    /// </summary>
    private static IEnumerable<uint> MarksOf(Grant grant, LocalWorkload workload)
    {
        const uint stranger = ((uint)2 << NodeMark.TagShift) | KeyBits.Stranger;
        var others = workload.Wary || !workload.Particular.IsEmpty ? KeyBits.AtLarge : 0;
        var (kind, tag) = grant.Source;
        if (kind == GrantSourceKind.Tag)
        {
            yield return ((uint)tag.Value << NodeMark.TagShift) | (grant.Flagged ? NodeMark.EgressIsolated : 0);
        }

        if (kind is GrantSourceKind.Outsider or GrantSourceKind.Anyone)
        {
            yield return others;
        }

        if (kind is GrantSourceKind.AnyPod or GrantSourceKind.Anyone)
        {
            yield return NodeMark.AnyPod | others;
        }

        var meansUnknownPods = kind == GrantSourceKind.Tag
            ? tag == Tag.UnknownPod && !grant.Flagged
            : kind != GrantSourceKind.AnyPod && !workload.Particular.Contains(Tag.UnknownPod);
        if (workload.Wary && meansUnknownPods)
        {
            yield return stranger;
        }
    }

    private static uint StandingOf(in Grant grant, LocalWorkload workload) =>
        grant.Standing switch
        {
            GrantStanding.Firm => 0,
            GrantStanding.Plain => workload.DeniedAddresses.IsEmpty ? 0 : KeyBits.UnlessDenied,
            _ => KeyBits.IfAllowed,
        };

    /// <summary>Whether a hash look-up can say it: one port, all of a protocol, or everything, in both families.</summary>
    private static bool IsPlain(in Grant grant) =>
        grant.Family is null && (grant.Protocol is not { } protocol || (protocol != IpProtocol.Other && (grant.Ports is not { } ports || (ports.IsSingle && protocol.HasPorts()))));

    private static void AddPlain(ElementList elements, uint mark, in Grant grant)
    {
        var because = grant.Because.ToString();
        if (grant.Protocol is not { } protocol)
        {
            elements.Add(ElementSet.GrantsAll, key => key.Mark(mark), because);
        }
        else if (grant.Ports is not { } ports)
        {
            elements.Add(ElementSet.GrantsProtocol, key => key.Mark(mark).Protocol(protocol.Number()), because);
        }
        else
        {
            elements.Add(ElementSet.Grants, key => key.Mark(mark).Protocol(protocol.Number()).Port(ports.First), because);
        }
    }

    /// <summary>The union of what one source is granted: each family's, and where both families' is the same, one interval over both.</summary>
    private static void AddRanges(ElementList elements, uint mark, List<Grant> grants)
    {
        var six = CellsOf(grants, AddressFamily.InterNetworkV6).ToDictionary();
        foreach (var (cell, because) in CellsOf(grants, AddressFamily.InterNetwork))
        {
            Add(IPv4, six.Remove(cell) ? IPv6 : IPv4, cell, because);
        }

        foreach (var (cell, because) in six)
        {
            Add(IPv6, IPv6, cell, because);
        }

        void Add(byte first, byte last, PortCell cell, string because) =>
            elements.Add(
                ElementSet.GrantsRanges,
                key => key.Mark(mark | cell.Icmp).Family(first).Protocol(cell.FirstProtocol).Port(cell.Ports.First),
                key => key.Mark(mark | cell.Icmp).Family(last).Protocol(cell.LastProtocol).Port(cell.Ports.Last),
                because
            );
    }

    private static IEnumerable<KeyValuePair<PortCell, string>> CellsOf(List<Grant> grants, AddressFamily family) =>
        PortCells
            .Of([.. grants.Where(grant => grant.Family is null || grant.Family == family).Select(grant => (grant.Protocol, grant.Ports, grant.Because.ToString()))])
            .Select(found => KeyValuePair.Create(found.Cell, found.Because));
}
