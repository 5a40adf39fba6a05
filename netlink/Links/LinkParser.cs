using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using Overlay.Netlink.Messages;

namespace Overlay.Netlink.Links;

/// <summary>Reads RTM_NEWLINK and RTM_DELLINK.</summary>
internal static class LinkParser
{
    internal static Link? Parse(NetlinkMessage message)
    {
        if (message.Type is not (RouteMessageType.NewLink or RouteMessageType.DeleteLink))
        {
            return null;
        }

        // Gathered first, made once: links are read in lists of hundreds.
        var (name, mtu, queue, group, alias, sent, master, below) = ("", 0, 0, 0u, (string?)null, 0L, LinkIndex.None, LinkIndex.None);
        PhysicalAddress? mac = null;
        int? belowNamespace = null;
        (string? Kind, VxlanAttributes? Vxlan) info = default;
        var reader = new AttributeReader(message.Payload[LinkMessages.HeaderLength..]);
        while (reader.MoveNext())
        {
            switch (reader.Type)
            {
                case LinkAttribute.Name: name = reader.Text(); break;
                case LinkAttribute.Address: mac = reader.Mac(); break;
                case LinkAttribute.Mtu: mtu = (int)reader.U32(); break;
                case LinkAttribute.TxQueueLength: queue = (int)reader.U32(); break;
                // struct rtnl_link_stats64 { rx_packets, tx_packets, ... }
                case LinkAttribute.Statistics: sent = MemoryMarshal.Read<long>(reader.Value[8..]); break;
                case LinkAttribute.Group: group = reader.U32(); break;
                case LinkAttribute.Alias: alias = reader.Text(); break;
                case LinkAttribute.Master: master = new LinkIndex((int)reader.U32()); break;
                case LinkAttribute.Below: below = new LinkIndex((int)reader.U32()); break;
                case LinkAttribute.BelowNamespaceId: belowNamespace = (int)reader.U32(); break;
                case LinkAttribute.LinkInfo: info = ParseInfo(reader.Nested()); break;
            }
        }

        return new Link
        {
            Index = new LinkIndex(MemoryMarshal.Read<int>(message.Payload[4..])),
            Flags = (LinkFlags)MemoryMarshal.Read<uint>(message.Payload[8..]),
            Name = name,
            MacAddress = mac,
            Mtu = mtu,
            TxQueueLength = queue,
            SentPackets = sent,
            Group = group,
            Alias = alias,
            Master = master,
            Below = below,
            BelowNamespaceId = belowNamespace,
            Kind = info.Kind,
            Vxlan = info.Vxlan,
        };
    }

    private static (string? Kind, VxlanAttributes? Vxlan) ParseInfo(AttributeReader reader)
    {
        string? kind = null;
        ReadOnlySpan<byte> data = default;
        while (reader.MoveNext())
        {
            switch (reader.Type)
            {
                case LinkAttribute.InfoKind: kind = reader.Text(); break;
                case LinkAttribute.InfoData: data = reader.Value; break;
            }
        }

        return (kind, kind == "vxlan" ? ParseVxlan(new AttributeReader(data)) : null);
    }

    private static VxlanAttributes ParseVxlan(AttributeReader reader)
    {
        var vxlan = new VxlanAttributes { Vni = 0, GroupBasedPolicy = false };
        while (reader.MoveNext())
        {
            vxlan = reader.Type switch
            {
                VxlanAttribute.Id => vxlan with { Vni = reader.U32() },
                VxlanAttribute.Local or VxlanAttribute.Local6 => vxlan with { Local = reader.Address() },
                VxlanAttribute.Underlay => vxlan with { Underlay = new LinkIndex((int)reader.U32()) },
                VxlanAttribute.Port => vxlan with { Port = reader.U16Big() },
                VxlanAttribute.TimeToLive => vxlan with { TimeToLive = reader.U8() },
                VxlanAttribute.Learning => vxlan with { Learning = reader.U8() != 0 },
                VxlanAttribute.UdpChecksum => vxlan with { UdpChecksum = reader.U8() != 0 },
                VxlanAttribute.UdpZeroChecksum6Transmit => vxlan with { UdpZeroChecksum6Transmit = reader.U8() != 0 },
                VxlanAttribute.UdpZeroChecksum6Receive => vxlan with { UdpZeroChecksum6Receive = reader.U8() != 0 },
                VxlanAttribute.GroupBasedPolicy => vxlan with { GroupBasedPolicy = true },
                _ => vxlan,
            };
        }

        return vxlan;
    }
}
