using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Overlay.EndToEnd.Tests.Faults;

/// <summary>A VXLAN packet with a tag, as a VTEP would send it and as anybody can write it.</summary>
internal static class ForgedPacket
{
    private const int Vxlan = 8;
    private const int Ethernet = 14;
    private const int Ip4 = 20;
    private const int Ip6 = 40;
    private const int Udp = 8;
    private const byte UdpProtocol = 17;
    private const byte Hops = 64;

    /// <summary>The payload of the outer UDP datagram.</summary>
    /// <param name="vni">The network.</param>
    /// <param name="tag">The tag that the packet claims.</param>
    /// <param name="vtep">The MAC address of the VTEP it is for.</param>
    /// <param name="from">The pod that it pretends to come from.</param>
    /// <param name="to">The pod it is for, and its UDP port.</param>
    public static byte[] Build(uint vni, ushort tag, PhysicalAddress vtep, IPAddress from, IPEndPoint to)
    {
        var four = to.AddressFamily == AddressFamily.InterNetwork;
        var ip = four ? Ip4 : Ip6;
        var packet = new byte[Vxlan + Ethernet + ip + Udp + 6];
        var at = packet.AsSpan();

        // draft-smith-vxlan-group-policy: G and I, group policy id, VNI.
        at[0] = 0x88;
        BinaryPrimitives.WriteUInt16BigEndian(at[2..], tag);
        BinaryPrimitives.WriteUInt32BigEndian(at[4..], vni << 8);

        at = at[Vxlan..];
        vtep.GetAddressBytes().CopyTo(at);
        at[6] = 0x02;
        BinaryPrimitives.WriteUInt16BigEndian(at[12..], (ushort)(four ? 0x0800 : 0x86dd));

        at = at[Ethernet..];
        var udp = at[ip..];
        BinaryPrimitives.WriteUInt16BigEndian(udp, 40000);
        BinaryPrimitives.WriteUInt16BigEndian(udp[2..], (ushort)to.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp[4..], (ushort)udp.Length);
        "forged"u8.CopyTo(udp[Udp..]);
        if (four)
            Header4(at, from, to.Address);
        else
            Header6(at, from, to.Address);
        return packet;
    }

    /// <summary>A UDP checksum of zero is none (RFC 768).</summary>
    private static void Header4(Span<byte> at, IPAddress from, IPAddress to)
    {
        at[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(at[2..], (ushort)at.Length);
        at[8] = Hops;
        at[9] = UdpProtocol;
        from.GetAddressBytes().CopyTo(at[12..]);
        to.GetAddressBytes().CopyTo(at[16..]);
        BinaryPrimitives.WriteUInt16BigEndian(at[10..], Checksum(0, at[..Ip4]));
    }

    /// <summary>Over IPv6 UDP must have a checksum, which covers the addresses, the length and the protocol (RFC 8200, section 8.1).</summary>
    private static void Header6(Span<byte> at, IPAddress from, IPAddress to)
    {
        at[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(at[4..], (ushort)(at.Length - Ip6));
        at[6] = UdpProtocol;
        at[7] = Hops;
        from.GetAddressBytes().CopyTo(at[8..]);
        to.GetAddressBytes().CopyTo(at[24..]);
        BinaryPrimitives.WriteUInt16BigEndian(at[(Ip6 + 6)..], Checksum((uint)(at.Length - Ip6 + UdpProtocol), at[8..]));
    }

    private static ushort Checksum(uint sum, ReadOnlySpan<byte> words)
    {
        for (var i = 0; i < words.Length; i += 2)
            sum += BinaryPrimitives.ReadUInt16BigEndian(words[i..]);
        while (sum >> 16 != 0)
            sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)~sum;
    }
}
