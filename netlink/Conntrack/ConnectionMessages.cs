using System.Net;
using Overlay.Netlink.Messages;

namespace Overlay.Netlink.Conntrack;

/// <summary>Writes and reads ctnetlink's messages (linux/netfilter/nfnetlink_conntrack.h, enum ctattr_type).</summary>
internal static class ConnectionMessages
{
    internal const ushort New = NetfilterMessage.SubsystemConntrack | 0;
    internal const ushort Get = NetfilterMessage.SubsystemConntrack | 1;
    internal const ushort Delete = NetfilterMessage.SubsystemConntrack | 2;

    private const ushort Original = 1;
    private const ushort Reply = 2;
    private const ushort Status = 3;
    private const ushort Timeout = 7;
    private const ushort Mark = 8;
    private const ushort Id = 12;
    private const ushort Zone = 18;
    private const ushort MarkMask = 21;

    internal static void WriteMarkFilter(MessageWriter writer, uint mark, uint mask)
    {
        writer.U32Big(Mark, mark);
        writer.U32Big(MarkMask, mask);
    }

    internal static void WriteIdentity(MessageWriter writer, Connection connection)
    {
        NetfilterMessage.WriteHeader(writer, Family.Of(connection.Original.Source));
        TupleMessages.Write(writer, Original, connection.Original);
        if (connection.Zone != 0)
        {
            writer.U16Big(Zone, connection.Zone);
        }

        writer.U32Big(Id, connection.Id);
    }

    internal static Connection? Parse(NetlinkMessage message)
    {
        if (message.Type != New)
        {
            return null;
        }

        return Read(NetfilterMessage.Attributes(message));
    }

    /// <summary>The attributes alone, as other subsystems nest them.</summary>
    internal static Connection Read(AttributeReader reader)
    {
        var nobody = new ConnectionTuple(IPAddress.Any, IPAddress.Any, 0);
        var connection = new Connection(nobody, nobody);
        while (reader.MoveNext())
        {
            connection = reader.Type switch
            {
                Original => connection with { Original = TupleMessages.Read(reader.Nested()) },
                Reply => connection with { Reply = TupleMessages.Read(reader.Nested()) },
                Status => connection with { Status = (ConnectionStatus)reader.U32Big() },
                Timeout => connection with { Timeout = TimeSpan.FromSeconds(reader.U32Big()) },
                Mark => connection with { Mark = reader.U32Big() },
                Id => connection with { Id = reader.U32Big() },
                Zone => connection with { Zone = reader.U16Big() },
                _ => connection,
            };
        }

        return connection;
    }
}
