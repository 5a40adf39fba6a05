using Overlay.Policy;

namespace Overlay.NodeAgent.Rules.Nftables;

/// <summary>Some ports of some protocols, as one interval of a set.</summary>
/// <param name="FirstProtocol">The lowest protocol number.</param>
/// <param name="LastProtocol">The highest protocol number.</param>
/// <param name="Ports">The ports; where they do not count, all.</param>
/// <param name="Icmp">0; or <see cref="KeyBits.IcmpRequest"/>, <see cref="KeyBits.IcmpReply"/>: the ports are types and codes.</param>
internal readonly record struct PortCell(byte FirstProtocol, byte LastProtocol, PortRange Ports, uint Icmp);

/// <summary>Protocols and ports as cells that never overlap: the kernel refuses a set whose intervals do. Pure.</summary>
internal static class PortCells
{
    /// <summary>The numbers between those of the protocols that verdicts tell apart (<see cref="IpProtocol.Other"/>).</summary>
    private static readonly (byte First, byte Last)[] Others = [(0, 0), (2, 5), (7, 16), (18, 57), (59, 131), (133, 255)];

    /// <summary>
    /// Requests and their answers by type, as conntrack pairs them; an answer has its request's code.
    /// RFC 792 (echo, timestamp, information), RFC 950 (mask); RFC 4443 (echo), RFC 4620 (node information).
    /// </summary>
    private static readonly (IpProtocol Protocol, byte Request, byte Reply)[] Answers =
    [
        (IpProtocol.ICMP, 8, 0), (IpProtocol.ICMP, 13, 14), (IpProtocol.ICMP, 15, 16), (IpProtocol.ICMP, 17, 18),
        (IpProtocol.ICMPv6, 128, 129), (IpProtocol.ICMPv6, 139, 140),
    ];

    /// <summary>The union of what is said, each cell explained by the first that says it.</summary>
    internal static IEnumerable<(PortCell Cell, string Because)> Of(IReadOnlyCollection<(IpProtocol? Protocol, PortRange? Ports, string Because)> said)
    {
        var unions = IpProtocols.All.Select(protocol => (Protocol: protocol, Ports: UnionOf(protocol, said))).ToList();
        if (unions.TrueForAll(union => union.Ports is [var only] && only.Ports == PortRange.Whole))
        {
            return [(new PortCell(0, byte.MaxValue, PortRange.Whole, 0), unions[0].Ports[0].Because)];
        }

        return unions.SelectMany(union => union.Ports.SelectMany(part => CellsOf(union.Protocol, part.Ports).Select(cell => (cell, part.Because))));
    }

    private static List<(PortRange Ports, string Because)> UnionOf(IpProtocol protocol, IReadOnlyCollection<(IpProtocol? Protocol, PortRange? Ports, string Because)> said) =>
        [
            .. PortUnion.Of(said.Where(one => one.Protocol is null || one.Protocol == protocol)
                .Select(one => (protocol == IpProtocol.Other ? PortRange.Whole : one.Ports ?? PortRange.Whole, one.Because))),
        ];

    private static IEnumerable<PortCell> CellsOf(IpProtocol protocol, PortRange ports)
    {
        if (protocol == IpProtocol.Other)
        {
            return Others.Select(numbers => new PortCell(numbers.First, numbers.Last, ports, 0));
        }

        var number = protocol.Number();
        return protocol.IsIcmp() && ports != PortRange.Whole
            ? AnswersTo(protocol, ports).Select(reply => new PortCell(number, number, reply, KeyBits.IcmpReply)).Prepend(new PortCell(number, number, ports, KeyBits.IcmpRequest))
            : [new PortCell(number, number, ports, 0)];
    }

    private static IEnumerable<PortRange> AnswersTo(IpProtocol protocol, PortRange asked)
    {
        foreach (var (_, request, reply) in Answers.Where(pair => pair.Protocol == protocol))
        {
            if (asked.Intersect(new PortRange(IpProtocols.IcmpKey(request, 0), IpProtocols.IcmpKey(request, byte.MaxValue))) is { } codes)
            {
                yield return new PortRange(IpProtocols.IcmpKey(reply, (byte)codes.First), IpProtocols.IcmpKey(reply, (byte)codes.Last));
            }
        }
    }
}
