using System.Buffers.Binary;
using System.Net;

namespace Overlay.NodeAgent.Tests.Vtep;

/// <summary>A UDP datagram inside a VXLAN packet of an IPv4 underlay, as captured.</summary>
/// <param name="Destination">The inner packet's destination.</param>
/// <param name="IsChecksumRight">Whether the datagram's checksum is what RFC 768 (RFC 8200, section 8.1) says.</param>
internal sealed record InnerUdp(IPAddress Destination, bool IsChecksumRight)
{
    /// <summary>Outer Ethernet 14, IPv4 20, UDP 8, VXLAN 8, inner Ethernet 14.</summary>
    private const int Inner = 64;

    private const byte Udp = 17;

    /// <summary>Reads a frame; null when it is something else.</summary>
    public static InnerUdp? Of(byte[] frame)
    {
        if (frame.Length < Inner + 28 || frame[23] != Udp || BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(36)) != 4789)
            return null;
        var packet = frame.AsSpan(Inner);
        return (packet[0] >> 4) switch
        {
            4 when packet[9] == Udp => Read(packet[12..20], packet[20..BinaryPrimitives.ReadUInt16BigEndian(packet[2..])]),
            6 when packet[6] == Udp => Read(packet[8..40], packet[40..(40 + BinaryPrimitives.ReadUInt16BigEndian(packet[4..]))]),
            _ => null,
        };
    }

    /// <summary>The ones' complement sum over pseudo header and datagram, checksum included, is all ones.</summary>
    private static InnerUdp Read(ReadOnlySpan<byte> addresses, ReadOnlySpan<byte> datagram)
    {
        var sum = (uint)(Udp + datagram.Length) + Sum(addresses) + Sum(datagram);
        while (sum > 0xffff)
            sum = (sum & 0xffff) + (sum >> 16);
        return new InnerUdp(new IPAddress(addresses[(addresses.Length / 2)..]), sum == 0xffff);
    }

    private static uint Sum(ReadOnlySpan<byte> bytes)
    {
        var sum = 0u;
        for (var i = 0; i < bytes.Length; i++)
            sum += (uint)bytes[i] << (i % 2 == 0 ? 8 : 0);
        return sum;
    }
}
