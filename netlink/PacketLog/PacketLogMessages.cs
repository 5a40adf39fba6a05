using System.Buffers.Binary;
using Overlay.Netlink.Conntrack;
using Overlay.Netlink.Messages;

namespace Overlay.Netlink.PacketLog;

/// <summary>Writes and reads nfnetlink_log's messages (linux/netfilter/nfnetlink_log.h). Pure.</summary>
/// <remarks>
/// <code>
///  NFULA_CFG_MODE                       NFULA_TIMESTAMP
/// +-----------+---------+-----+       +--------------+-------------------+
/// | bytes be32| mode u8 | pad |       | seconds be64 | microseconds be64 |
/// +-----------+---------+-----+       +--------------+-------------------+
/// </code>
/// </remarks>
internal static class PacketLogMessages
{
    internal const ushort Packet = NetfilterMessage.SubsystemPacketLog | 0;
    internal const ushort Configure = NetfilterMessage.SubsystemPacketLog | 1;

    // enum nfulnl_attr_type
    private const ushort Mark = 2;
    private const ushort Timestamp = 3;
    private const ushort IndexIn = 4;
    private const ushort IndexOut = 5;
    private const ushort Payload = 9;
    private const ushort Prefix = 10;
    private const ushort Sequence = 12;
    private const ushort Tracked = 18;

    // enum nfulnl_attr_config
    private const ushort ConfigureCommand = 1;
    private const ushort ConfigureMode = 2;
    private const ushort ConfigureTimeout = 4;
    private const ushort ConfigureThreshold = 5;
    private const ushort ConfigureFlags = 6;

    private const byte CommandBind = 1;
    private const byte CopyPacket = 2;
    private const ushort FlagSequence = 1;
    private const ushort FlagConntrack = 4;

    /// <summary>Binds a group to the socket that sends this and says how it wants its packets, in one message: nothing is heard before all holds.</summary>
    /// <param name="group">The group.</param>
    /// <param name="settings">How packets are handed over.</param>
    /// <param name="withConnections">Whether each comes with its connection; a kernel without CONFIG_NETFILTER_NETLINK_GLUE_CT refuses that.</param>
    internal static RequestList Bind(ushort group, PacketLogSettings settings, bool withConnections)
    {
        var list = new RequestList();
        list.Begin(Configure, MessageFlags.Acknowledge, "listen to packet log group", group);
        NetfilterMessage.WriteHeader(list.Writer, Family.Unspecified, group);
        list.Writer.U8(ConfigureCommand, CommandBind);
        var mode = list.Writer.Attribute(ConfigureMode, 6);
        BinaryPrimitives.WriteUInt32BigEndian(mode, settings.CopyBytes);
        mode[4] = CopyPacket;
        list.Writer.U32Big(ConfigureTimeout, (uint)(settings.Delay.TotalMilliseconds / 10));
        list.Writer.U32Big(ConfigureThreshold, settings.Threshold);
        list.Writer.U16Big(ConfigureFlags, withConnections ? (ushort)(FlagSequence | FlagConntrack) : FlagSequence);
        list.End();
        return list;
    }

    internal static LoggedPacket? Parse(NetlinkMessage message)
    {
        if (message.Type != Packet)
        {
            return null;
        }

        var packet = new LoggedPacket("", default);
        var reader = NetfilterMessage.Attributes(message);
        while (reader.MoveNext())
        {
            packet = reader.Type switch
            {
                Mark => packet with { Mark = reader.U32Big() },
                Timestamp => packet with { Received = TimeOf(reader) },
                IndexIn => packet with { In = new LinkIndex((int)reader.U32Big()) },
                IndexOut => packet with { Out = new LinkIndex((int)reader.U32Big()) },
                Payload => packet with { Payload = reader.Value.ToArray() },
                Prefix => packet with { Prefix = reader.Text() },
                Sequence => packet with { Sequence = reader.U32Big() },
                Tracked => packet with { Connection = ConnectionMessages.Read(reader.Nested()) },
                _ => packet,
            };
        }

        return packet;
    }

    private static DateTimeOffset? TimeOf(AttributeReader reader)
    {
        // Until the year 9999; what is beyond is no time of the kernel's.
        const ulong last = 253_402_300_799;
        var seconds = reader.U64Big();
        return reader.Value.Length < 16 || seconds > last
            ? null
            : DateTimeOffset.FromUnixTimeSeconds((long)seconds).AddMicroseconds(BinaryPrimitives.ReadUInt64BigEndian(reader.Value[8..]) % 1_000_000);
    }
}
