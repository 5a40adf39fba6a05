using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;

namespace Overlay.EndToEnd.Tests.Faults;

/// <summary>A VXLAN packet with a tag, as a VTEP would send it and as anybody can write it.</summary>
internal static class ForgedPacket
{
    private const int Vxlan = 8;
    private const int Ethernet = 14;
    private const int Ip = 20;
    private const int Udp = 8;

    /// <summary>The payload of the outer UDP datagram.</summary>
    /// <param name="vni">The network.</param>
    /// <param name="tag">The tag that the packet claims.</param>
    /// <param name="vtep">The MAC address of the VTEP it is for.</param>
    /// <param name="from">The pod that it pretends to come from.</param>
    /// <param name="to">The pod it is for, and its UDP port.</param>
    public static byte[] Build(uint vni, ushort tag, PhysicalAddress vtep, IPAddress from, IPEndPoint to)
    {
        var packet = new byte[Vxlan + Ethernet + Ip + Udp + 6];
        var at = packet.AsSpan();

        // draft-smith-vxlan-group-policy: G and I, group policy id, VNI.
        at[0] = 0x88;
        BinaryPrimitives.WriteUInt16BigEndian(at[2..], tag);
        BinaryPrimitives.WriteUInt32BigEndian(at[4..], vni << 8);

        at = at[Vxlan..];
        vtep.GetAddressBytes().CopyTo(at);
        at[6] = 0x02;
        BinaryPrimitives.WriteUInt16BigEndian(at[12..], 0x0800);

        at = at[Ethernet..];
        at[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(at[2..], (ushort)at.Length);
        at[8] = 64;
        at[9] = 17;
        from.GetAddressBytes().CopyTo(at[12..]);
        to.Address.GetAddressBytes().CopyTo(at[16..]);
        BinaryPrimitives.WriteUInt16BigEndian(at[10..], Checksum(at[..Ip]));

        // A UDP checksum of zero is none (RFC 768).
        at = at[Ip..];
        BinaryPrimitives.WriteUInt16BigEndian(at, 40000);
        BinaryPrimitives.WriteUInt16BigEndian(at[2..], (ushort)to.Port);
        BinaryPrimitives.WriteUInt16BigEndian(at[4..], (ushort)at.Length);
        "forged"u8.CopyTo(at[Udp..]);
        return packet;
    }

    private static ushort Checksum(ReadOnlySpan<byte> header)
    {
        uint sum = 0;
        for (var i = 0; i < header.Length; i += 2)
            sum += BinaryPrimitives.ReadUInt16BigEndian(header[i..]);
        while (sum >> 16 != 0)
            sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)~sum;
    }
}
