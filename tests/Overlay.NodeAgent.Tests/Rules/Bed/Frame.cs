using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;

namespace Overlay.NodeAgent.Tests.Rules.Bed;

/// <summary>Frames by hand.</summary>
internal static class Frame
{
    public const int VxlanOffset = 14 + 20 + 8;

    /// <summary>Ethernet, IP and UDP around a payload, of the family of the addresses.</summary>
    public static byte[] Udp(PhysicalAddress from, PhysicalAddress to, IPEndPoint source, IPEndPoint destination, ReadOnlySpan<byte> payload)
    {
        var udp = new byte[8 + payload.Length];
        BinaryPrimitives.WriteUInt16BigEndian(udp, (ushort)source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp.AsSpan(2), (ushort)destination.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp.AsSpan(4), (ushort)udp.Length);
        payload.CopyTo(udp.AsSpan(8));
        return Ip(from, to, source.Address, destination.Address, 17, udp, 6);
    }

    /// <summary>Ethernet and IP around a payload; its checksum goes to this offset of it, if any. ICMP's has no pseudo header in it (RFC 792), all others' do.</summary>
    public static byte[] Ip(PhysicalAddress from, PhysicalAddress to, IPAddress source, IPAddress destination, byte protocol, byte[] payload, int? checksumAt)
    {
        var (s, d) = (source.GetAddressBytes(), destination.GetAddressBytes());
        var pseudo = new byte[s.Length * 2 + 4 + payload.Length];
        s.CopyTo(pseudo, 0);
        d.CopyTo(pseudo, s.Length);
        pseudo[s.Length * 2 + 1] = protocol;
        BinaryPrimitives.WriteUInt16BigEndian(pseudo.AsSpan(s.Length * 2 + 2), (ushort)payload.Length);
        payload.CopyTo(pseudo, s.Length * 2 + 4);
        if (checksumAt is { } at)
        {
            BinaryPrimitives.WriteUInt16BigEndian(payload.AsSpan(at), Checksum(protocol == 1 ? payload : pseudo));
        }

        var v6 = s.Length == 16;
        var header = new byte[v6 ? 40 : 20];
        if (v6)
        {
            header[0] = 0x60;
            BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), (ushort)payload.Length);
            (header[6], header[7]) = (protocol, 255);
            s.CopyTo(header, 8);
            d.CopyTo(header, 24);
        }
        else
        {
            header[0] = 0x45;
            BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)(20 + payload.Length));
            (header[8], header[9]) = (64, protocol);
            s.CopyTo(header, 12);
            d.CopyTo(header, 16);
            BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(10), Checksum(header));
        }

        return [.. to.GetAddressBytes(), .. from.GetAddressBytes(), .. v6 ? (byte[])[0x86, 0xdd] : [0x08, 0x00], .. header, .. payload];
    }

    /// <summary>VXLAN with a group id around a frame.</summary>
    public static byte[] Vxlan(ushort group, byte gbpFlags, uint vni, byte[] frame) =>
        [0x88, gbpFlags, (byte)(group >> 8), (byte)group, (byte)(vni >> 16), (byte)(vni >> 8), (byte)vni, 0, .. frame];

    /// <summary>Whether a captured frame is IPv4 VXLAN from one node's underlay address.</summary>
    public static bool IsVxlanFrom(byte[] frame, IPAddress node) =>
        frame.Length > VxlanOffset + 8 && frame[12] == 8 && frame[23] == 17 && frame.AsSpan(26, 4).SequenceEqual(node.GetAddressBytes())
        && BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(36)) == 4789;

    /// <summary>Whether a captured frame's own, outermost source is this address.</summary>
    public static bool IsFrom(byte[] frame, IPAddress source) =>
        source.GetAddressBytes() is var bytes && bytes.Length == 16
            ? frame.Length >= 54 && frame[12] == 0x86 && frame[13] == 0xdd && frame.AsSpan(22, 16).SequenceEqual(bytes)
            : frame.Length >= 34 && frame[12] == 8 && frame[13] == 0 && frame.AsSpan(26, 4).SequenceEqual(bytes);

    /// <summary>The group policy part of a captured VXLAN header: tag, vouched for, egress isolated; null without one.</summary>
    public static (ushort Tag, bool Vouched, bool EgressIsolated)? Gbp(byte[] frame)
    {
        var header = frame.AsSpan(VxlanOffset, 8);
        return (header[0] & 0x80) == 0 ? null : (BinaryPrimitives.ReadUInt16BigEndian(header[2..]), (header[1] & 0x08) != 0, (header[1] & 0x40) != 0);
    }

    /// <summary>Whether the frame's tail is this.</summary>
    public static bool EndsWith(byte[] frame, byte[] tail) => frame.AsSpan().EndsWith(tail);

    /// <summary>The Internet checksum (RFC 1071).</summary>
    public static ushort Checksum(ReadOnlySpan<byte> bytes)
    {
        var sum = 0u;
        for (var i = 0; i < bytes.Length; i += 2)
        {
            sum += i + 1 < bytes.Length ? BinaryPrimitives.ReadUInt16BigEndian(bytes[i..]) : (uint)(bytes[i] << 8);
        }

        while (sum >> 16 != 0)
        {
            sum = (sum & 0xffff) + (sum >> 16);
        }

        return (ushort)~sum;
    }
}
