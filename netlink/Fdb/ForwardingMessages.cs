using System.Net;
using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using Overlay.Netlink.Messages;
using Overlay.Netlink.Neighbours;

namespace Overlay.Netlink.Fdb;

/// <summary>Writes and reads RTM_NEWNEIGH and RTM_DELNEIGH of the family "bridge": the same header, a MAC address as the key.</summary>
internal static class ForwardingMessages
{
    /// <summary>NTF_SELF: the device's own table, not its bridge's.</summary>
    private const byte FlagSelf = 0x02;

    internal static void WriteFilter(MessageWriter writer, LinkIndex link) =>
        NeighbourMessages.WriteHeader(writer, Family.Bridge, link);

    internal static void Write(MessageWriter writer, ForwardingEntry entry)
    {
        NeighbourMessages.WriteHeader(writer, Family.Bridge, entry.Link, entry.State, FlagSelf);
        writer.Mac(NeighbourMessages.LinkLayerAddress, entry.MacAddress);
        if (entry.Remote is { } remote)
        {
            writer.Address(NeighbourMessages.Destination, remote);
        }
    }

    internal static ForwardingEntry? Parse(NetlinkMessage message)
    {
        if (message.Type is not (RouteMessageType.NewNeighbour or RouteMessageType.DeleteNeighbour) || message.Payload[0] != Family.Bridge)
        {
            return null;
        }

        var mac = PhysicalAddress.None;
        IPAddress? remote = null;
        var reader = new AttributeReader(message.Payload[NeighbourMessages.HeaderLength..]);
        while (reader.MoveNext())
        {
            switch (reader.Type)
            {
                case NeighbourMessages.LinkLayerAddress: mac = reader.Mac() ?? mac; break;
                case NeighbourMessages.Destination: remote = reader.Address(); break;
            }
        }

        return new ForwardingEntry(NeighbourMessages.LinkOf(message), mac, remote) { State = (NeighbourState)MemoryMarshal.Read<ushort>(message.Payload[8..]) };
    }
}
