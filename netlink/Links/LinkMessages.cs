using System.Buffers;
using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using Overlay.Netlink.Messages;

namespace Overlay.Netlink.Links;

/// <summary>Writes the parts of RTM_NEWLINK and RTM_SETLINK.</summary>
/// <remarks>
/// <code>
///  ifinfomsg
/// +-----------+-----+----------+-----------+-----------+------------+
/// | family u8 | pad | type u16 | index s32 | flags u32 | change u32 |
/// +-----------+-----+----------+-----------+-----------+------------+
/// </code>
/// </remarks>
internal static class LinkMessages
{
    internal const int HeaderLength = 16;

    /// <summary>RTEXT_FILTER_SKIP_STATS (linux/rtnetlink.h).</summary>
    internal const uint SkipStatistics = 1 << 3;

    private static readonly SearchValues<char> NotInNames = SearchValues.Create("/: \t\n\v\f\r");

    internal static void WriteHeader(MessageWriter writer, LinkIndex index, LinkFlags flags = 0, LinkFlags change = 0, byte family = Family.Unspecified)
    {
        var header = writer.Reserve(HeaderLength);
        header[0] = family;
        MemoryMarshal.Write(header[4..], index.Value);
        MemoryMarshal.Write(header[8..], (uint)flags);
        MemoryMarshal.Write(header[12..], (uint)change);
    }

    internal static void WriteVeth(MessageWriter writer, VethPair pair)
    {
        var arp = pair.NoArp ? LinkFlags.NoArp : 0;
        var up = pair.Up ? LinkFlags.Up : 0;
        WriteHeader(writer, LinkIndex.None, arp | up, arp | up);
        WriteName(writer, pair.Name);
        WriteEnd(writer, pair, pair.MacAddress);
        WriteGroup(writer, pair.Group);

        var info = BeginInfo(writer, "veth");
        var data = writer.BeginNested(LinkAttribute.InfoData);
        var peer = writer.BeginNested(LinkAttribute.VethPeer);

        // No IFF_UP here: a veth cannot open before its peer is there (ENOTCONN).
        WriteHeader(writer, LinkIndex.None, arp, arp);
        WriteName(writer, pair.PeerName);
        WriteEnd(writer, pair, pair.PeerMacAddress);
        if (pair.PeerNamespace is { } inside)
        {
            writer.U32(LinkAttribute.NamespaceFile, (uint)inside.File.Number);
        }

        writer.EndNested(peer);
        writer.EndNested(data);
        writer.EndNested(info);
    }

    internal static void WriteVxlan(MessageWriter writer, VxlanDevice device)
    {
        var flags = (device.Up ? LinkFlags.Up : 0) | (device.NoArp ? LinkFlags.NoArp : 0);
        WriteHeader(writer, LinkIndex.None, flags, flags);
        WriteName(writer, device.Name);
        WriteMtu(writer, device.Mtu);
        WriteGroup(writer, device.Group);
        if (device.MacAddress is { } mac)
        {
            writer.Mac(LinkAttribute.Address, mac);
        }

        var info = BeginInfo(writer, "vxlan");
        var data = writer.BeginNested(LinkAttribute.InfoData);
        WriteVxlanAttributes(writer, device.Attributes);
        writer.EndNested(data);
        writer.EndNested(info);
    }

    internal static void WriteBridge(MessageWriter writer, BridgeDevice device)
    {
        var flags = device.Up ? LinkFlags.Up : 0;
        WriteHeader(writer, LinkIndex.None, flags, flags);
        WriteName(writer, device.Name);
        WriteMtu(writer, device.Mtu);
        if (device.MacAddress is { } mac)
        {
            writer.Mac(LinkAttribute.Address, mac);
        }

        writer.EndNested(BeginInfo(writer, "bridge"));
    }

    internal static void WriteIfb(MessageWriter writer, IfbDevice device)
    {
        var flags = device.Up ? LinkFlags.Up : 0;
        WriteHeader(writer, LinkIndex.None, flags, flags);
        WriteName(writer, device.Name);
        writer.EndNested(BeginInfo(writer, "ifb"));
    }

    internal static void WriteChange(MessageWriter writer, LinkIndex index, LinkChange change)
    {
        var set = (change.Up == true ? LinkFlags.Up : 0) | (change.NoArp == true ? LinkFlags.NoArp : 0);
        var touched = (change.Up is null ? 0 : LinkFlags.Up) | (change.NoArp is null ? 0 : LinkFlags.NoArp);
        WriteHeader(writer, index, set, touched);
        if (change.Name is { } name)
        {
            WriteName(writer, name);
        }

        WriteMtu(writer, change.Mtu ?? 0);
        if (change.TxQueueLength is { } queue)
        {
            writer.U32(LinkAttribute.TxQueueLength, (uint)queue);
        }

        if (change.Group is { } group)
        {
            writer.U32(LinkAttribute.Group, group);
        }

        if (change.Alias is { } alias)
        {
            writer.Text(LinkAttribute.Alias, alias);
        }

        if (change.MacAddress is { } mac)
        {
            writer.Mac(LinkAttribute.Address, mac);
        }

        if (change.Master is { } master)
        {
            writer.U32(LinkAttribute.Master, (uint)master.Value);
        }

        if (change.Namespace is { } inside)
        {
            writer.U32(LinkAttribute.NamespaceFile, (uint)inside.File.Number);
        }
    }

    internal static void WriteName(MessageWriter writer, string name)
    {
        // IFNAMSIZ is 16 with the closing zero. The kernel would cut a longer one or say ERANGE without a word.
        if (name.Length is 0 or > 15 || name is "." or ".." || name.AsSpan().ContainsAny(NotInNames))
        {
            throw new ArgumentException($"'{name}' is no name for a network device: 1 to 15 characters, without '/', ':' or white space.", nameof(name));
        }

        writer.Text(LinkAttribute.Name, name);
    }

    private static void WriteEnd(MessageWriter writer, VethPair pair, PhysicalAddress? mac)
    {
        WriteMtu(writer, pair.Mtu);
        if (pair.TxQueueLength is { } queue)
        {
            writer.U32(LinkAttribute.TxQueueLength, (uint)queue);
        }

        if (mac is not null)
        {
            writer.Mac(LinkAttribute.Address, mac);
        }
    }

    private static void WriteMtu(MessageWriter writer, int mtu)
    {
        if (mtu != 0)
        {
            writer.U32(LinkAttribute.Mtu, (uint)mtu);
        }
    }

    private static void WriteGroup(MessageWriter writer, uint group)
    {
        if (group != 0)
        {
            writer.U32(LinkAttribute.Group, group);
        }
    }

    private static int BeginInfo(MessageWriter writer, string kind)
    {
        var info = writer.BeginNested(LinkAttribute.LinkInfo);
        writer.Text(LinkAttribute.InfoKind, kind);
        return info;
    }

    private static void WriteVxlanAttributes(MessageWriter writer, VxlanAttributes attributes)
    {
        writer.U32(VxlanAttribute.Id, attributes.Vni);
        if (attributes.Local is { } local)
        {
            writer.Address(Family.Of(local) == Family.IPv4 ? VxlanAttribute.Local : VxlanAttribute.Local6, local);
        }

        if (attributes.Underlay != LinkIndex.None)
        {
            writer.U32(VxlanAttribute.Underlay, (uint)attributes.Underlay.Value);
        }

        writer.U16Big(VxlanAttribute.Port, attributes.Port);
        writer.U8(VxlanAttribute.TimeToLive, attributes.TimeToLive);
        writer.U8(VxlanAttribute.Learning, Bit(attributes.Learning));
        writer.U8(VxlanAttribute.UdpChecksum, Bit(attributes.UdpChecksum));
        writer.U8(VxlanAttribute.UdpZeroChecksum6Transmit, Bit(attributes.UdpZeroChecksum6Transmit));
        writer.U8(VxlanAttribute.UdpZeroChecksum6Receive, Bit(attributes.UdpZeroChecksum6Receive));
        if (attributes.GroupBasedPolicy)
        {
            writer.Flag(VxlanAttribute.GroupBasedPolicy);
        }
    }

    private static byte Bit(bool value) => value ? (byte)1 : (byte)0;
}
