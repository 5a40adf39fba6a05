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

        var link = new Link
        {
            Index = new LinkIndex(MemoryMarshal.Read<int>(message.Payload[4..])),
            Flags = (LinkFlags)MemoryMarshal.Read<uint>(message.Payload[8..]),
            Name = "",
        };
        var reader = new AttributeReader(message.Payload[LinkMessages.HeaderLength..]);
        while (reader.MoveNext())
        {
            link = reader.Type switch
            {
                LinkAttribute.Name => link with { Name = reader.Text() },
                LinkAttribute.Address => link with { MacAddress = reader.Mac() },
                LinkAttribute.Mtu => link with { Mtu = (int)reader.U32() },
                LinkAttribute.TxQueueLength => link with { TxQueueLength = (int)reader.U32() },
                // struct rtnl_link_stats64 { rx_packets, tx_packets, ... }
                LinkAttribute.Statistics => link with { SentPackets = MemoryMarshal.Read<long>(reader.Value[8..]) },
                LinkAttribute.Group => link with { Group = reader.U32() },
                LinkAttribute.Alias => link with { Alias = reader.Text() },
                LinkAttribute.Master => link with { Master = new LinkIndex((int)reader.U32()) },
                LinkAttribute.Below => link with { Below = new LinkIndex((int)reader.U32()) },
                LinkAttribute.BelowNamespaceId => link with { BelowNamespaceId = (int)reader.U32() },
                LinkAttribute.LinkInfo => ParseInfo(link, reader.Nested()),
                _ => link,
            };
        }

        return link;
    }

    private static Link ParseInfo(Link link, AttributeReader reader)
    {
        ReadOnlySpan<byte> data = default;
        while (reader.MoveNext())
        {
            switch (reader.Type)
            {
                case LinkAttribute.InfoKind: link = link with { Kind = reader.Text() }; break;
                case LinkAttribute.InfoData: data = reader.Value; break;
            }
        }

        return link.Kind == "vxlan" ? link with { Vxlan = ParseVxlan(new AttributeReader(data)) } : link;
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
