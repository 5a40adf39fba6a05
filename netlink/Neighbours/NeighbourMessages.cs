using System.Net;
using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using Overlay.Netlink.Messages;

namespace Overlay.Netlink.Neighbours;

/// <summary>Writes and reads RTM_NEWNEIGH and RTM_DELNEIGH for addresses.</summary>
/// <remarks>
/// <code>
///  ndmsg
/// +-----------+----+-----+-----------+-----------+----------+---------+
/// | family u8 | pad 3    | index s32 | state u16 | flags u8 | type u8 |
/// +-----------+----------+-----------+-----------+----------+---------+
/// </code>
/// </remarks>
internal static class NeighbourMessages
{
    internal const int HeaderLength = 12;
    internal const ushort Destination = 1;
    internal const ushort LinkLayerAddress = 2;
    internal const ushort Link = 8;

    internal static void WriteHeader(MessageWriter writer, byte family, LinkIndex link, NeighbourState state = 0, byte flags = 0)
    {
        var header = writer.Reserve(HeaderLength);
        header[0] = family;
        MemoryMarshal.Write(header[4..], link.Value);
        MemoryMarshal.Write(header[8..], (ushort)state);
        header[10] = flags;
    }

    internal static void WriteFilter(MessageWriter writer, byte family, LinkIndex? link)
    {
        // With strict checking the header's index must be 0 and the attribute says which device.
        WriteHeader(writer, family, LinkIndex.None);
        if (link is { } index)
        {
            writer.U32(Link, (uint)index.Value);
        }
    }

    internal static void Write(MessageWriter writer, Neighbour neighbour)
    {
        WriteHeader(writer, Family.Of(neighbour.Address), neighbour.Link, neighbour.State);
        writer.Address(Destination, neighbour.Address);
        if (neighbour.MacAddress is { } mac)
        {
            writer.Mac(LinkLayerAddress, mac);
        }
    }

    internal static Neighbour? Parse(NetlinkMessage message)
    {
        if (message.Type is not (RouteMessageType.NewNeighbour or RouteMessageType.DeleteNeighbour)
            || message.Payload[0] is not (Family.IPv4 or Family.IPv6))
        {
            return null;
        }

        var address = IPAddress.None;
        PhysicalAddress? mac = null;
        var reader = new AttributeReader(message.Payload[HeaderLength..]);
        while (reader.MoveNext())
        {
            switch (reader.Type)
            {
                case Destination: address = reader.Address() ?? address; break;
                case LinkLayerAddress: mac = reader.Mac(); break;
            }
        }

        return new Neighbour(LinkOf(message), address, mac) { State = (NeighbourState)MemoryMarshal.Read<ushort>(message.Payload[8..]) };
    }

    /// <summary>The device of an entry, without reading the rest of it.</summary>
    internal static LinkIndex LinkOf(NetlinkMessage message) => new(MemoryMarshal.Read<int>(message.Payload[4..]));
}
