using System.Buffers.Binary;
using System.Net;

namespace Overlay.Api.Wire;

/// <summary>One captured underlay packet and what it carries (IP in VXLAN in IP, of either version).</summary>
/// <param name="Outer">The nodes' addresses.</param>
/// <param name="Header">The VXLAN header.</param>
/// <param name="Inner">The pods' addresses and ports.</param>
/// <param name="Protocol">The inner protocol number, 6 for TCP.</param>
/// <param name="TcpFlags">The inner TCP flags; 0 for others.</param>
public sealed record VxlanPacket(
    (IPAddress Source, IPAddress Destination) Outer,
    VxlanHeader Header,
    (IPEndPoint Source, IPEndPoint Destination) Inner,
    byte Protocol,
    byte TcpFlags)
{
    private const int EthernetLength = 14;
    private const int UdpLength = 8;

    /// <summary>Whether it is the first packet of a TCP connection.</summary>
    public bool IsSyn => Protocol == 6 && (TcpFlags & 0x12) == 0x02;

    /// <summary>Whether it is the answer to that.</summary>
    public bool IsSynAck => Protocol == 6 && (TcpFlags & 0x12) == 0x12;

    /// <summary>Reads a frame of the underlay; null if it is something else.</summary>
    /// <param name="frame">From the Ethernet header on.</param>
    /// <param name="port">The VXLAN port.</param>
    public static VxlanPacket? Parse(ReadOnlyMemory<byte> frame, int port)
    {
        if (Ip(frame) is not { } outer || outer.Protocol != 17 || outer.Payload.Length < UdpLength + VxlanHeader.Length)
            return null;
        if (BinaryPrimitives.ReadUInt16BigEndian(outer.Payload.Span[2..]) != port)
            return null;
        var header = VxlanHeader.Parse(outer.Payload[UdpLength..]);
        if (Ip(outer.Payload[(UdpLength + VxlanHeader.Length)..]) is not { } inner || inner.Payload.Length < 4)
            return null;
        var l4 = inner.Payload.Span;
        return new VxlanPacket(
            (outer.Source, outer.Destination),
            header,
            (new IPEndPoint(inner.Source, BinaryPrimitives.ReadUInt16BigEndian(l4)), new IPEndPoint(inner.Destination, BinaryPrimitives.ReadUInt16BigEndian(l4[2..]))),
            inner.Protocol,
            inner.Protocol == 6 && l4.Length > 13 ? l4[13] : (byte)0);
    }

    /// <summary>The IP packet of a frame (RFC 791; RFC 8200, without extension headers); null: it is none.</summary>
    private static (IPAddress Source, IPAddress Destination, byte Protocol, ReadOnlyMemory<byte> Payload)? Ip(ReadOnlyMemory<byte> frame)
    {
        const int shortest4 = 20, length6 = 40;
        if (frame.Length < EthernetLength + shortest4)
            return null;
        var packet = frame[EthernetLength..];
        var span = packet.Span;
        switch (BinaryPrimitives.ReadUInt16BigEndian(frame.Span[12..]))
        {
            case 0x0800 when (span[0] & 0x0f) * 4 is var headerLength && packet.Length >= headerLength:
                return (new IPAddress(span.Slice(12, 4)), new IPAddress(span.Slice(16, 4)), span[9], packet[headerLength..]);
            case 0x86dd when packet.Length >= length6:
                return (new IPAddress(span.Slice(8, 16)), new IPAddress(span.Slice(24, 16)), span[6], packet[length6..]);
            default:
                return null;
        }
    }
}
