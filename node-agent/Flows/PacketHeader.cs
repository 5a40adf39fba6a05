using System.Buffers.Binary;
using System.Net;
using Overlay.Policy;

namespace Overlay.NodeAgent.Flows;

/// <summary>What the first bytes of a packet say. They are a pod's own: nothing in them is believed but where the rules have judged by it.</summary>
/// <param name="Source">The source address.</param>
/// <param name="Destination">The destination address.</param>
/// <param name="Number">The protocol's number in the IP header, after IPv6's extension headers.</param>
internal sealed record PacketHeader(IPAddress Source, IPAddress Destination, byte Number)
{
    /// <summary>Extension headers beyond these are not followed: more are in no honest packet.</summary>
    private const int MostExtensions = 8;

    private const int V4Length = 20;
    private const int V6Length = 40;

    /// <summary>The protocol as verdicts know it.</summary>
    public IpProtocol Protocol => IpProtocols.FromNumber(Number);

    /// <summary>The source port; null where there is none to be read.</summary>
    public ushort? SourcePort { get; private init; }

    /// <summary>The destination port, or ICMP's type and code (<see cref="IpProtocols.IcmpKey"/>); null where there is none to be read.</summary>
    public ushort? DestinationPort { get; private init; }

    /// <summary>Reads a packet from its IP header on; null when it is no IPv4 or IPv6 packet, or cut off within the addresses.</summary>
    public static PacketHeader? Read(ReadOnlySpan<byte> packet) =>
        packet.IsEmpty ? null
        : packet[0] >> 4 == 4 ? ReadV4(packet)
        : packet[0] >> 4 == 6 ? ReadV6(packet)
        : null;

    /// <summary>The question that this packet answers: the other way round, ICMP's echo reply as its request (RFC 792, RFC 4443).</summary>
    public PacketHeader Turned()
    {
        var request = Protocol == IpProtocol.ICMP ? (Reply: (byte)0, Request: (byte)8) : (Reply: (byte)129, Request: (byte)128);
        return this with
        {
            Source = Destination,
            Destination = Source,
            SourcePort = DestinationPort,
            DestinationPort = !Protocol.IsIcmp() ? SourcePort : DestinationPort >> 8 == request.Reply ? IpProtocols.IcmpKey(request.Request, 0) : DestinationPort,
        };
    }

    /// <summary>RFC 791: version and length in words, ..., fragment's offset (13 bits at 6), protocol at 9, addresses at 12.</summary>
    private static PacketHeader? ReadV4(ReadOnlySpan<byte> packet)
    {
        var length = (packet[0] & 0xf) * 4;
        if (packet.Length < V4Length || length < V4Length)
        {
            return null;
        }

        var header = new PacketHeader(new IPAddress(packet[12..16]), new IPAddress(packet[16..20]), packet[9]);
        var later = (BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & 0x1fff) != 0;
        return later || length > packet.Length ? header : header.WithPorts(packet[length..]);
    }

    /// <summary>RFC 8200: next header at 6, addresses at 8 and 24; then extension headers, each naming the next.</summary>
    private static PacketHeader? ReadV6(ReadOnlySpan<byte> packet)
    {
        if (packet.Length < V6Length)
        {
            return null;
        }

        var header = new PacketHeader(new IPAddress(packet[8..24]), new IPAddress(packet[24..40]), packet[6]);
        var rest = packet[V6Length..];
        for (var i = 0; i < MostExtensions; i++)
        {
            // Hop-by-hop, routing, destination options: length in units of 8 bytes, less one. Fragment: 8 bytes, offset in the upper 13 bits at 2.
            var (extension, fragment) = (header.Number is 0 or 43 or 60, header.Number == 44);
            if (!extension && !fragment)
            {
                return header.WithPorts(rest);
            }

            if (rest.Length < 8 || (fragment && BinaryPrimitives.ReadUInt16BigEndian(rest[2..]) >> 3 != 0))
            {
                return header;
            }

            var length = fragment ? 8 : (rest[1] + 1) * 8;
            header = header with { Number = rest[0] };
            rest = length <= rest.Length ? rest[length..] : [];
        }

        return header;
    }

    private PacketHeader WithPorts(ReadOnlySpan<byte> rest)
    {
        if (Protocol.HasPorts() && rest.Length >= 4)
        {
            return this with { SourcePort = BinaryPrimitives.ReadUInt16BigEndian(rest), DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]) };
        }

        return Protocol.IsIcmp() && rest.Length >= 2 ? this with { DestinationPort = IpProtocols.IcmpKey(rest[0], rest[1]) } : this;
    }
}
