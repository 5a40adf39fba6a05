using System.Buffers.Binary;

namespace Overlay.Netlink.Messages;

/// <summary>What every nfnetlink message begins with.</summary>
/// <remarks>
/// <code>
///  nfgenmsg                                    the message's type
/// +-----------+------------+----------------+ +---------------+------------+
/// | family u8 | version u8 | resource be16  | | subsystem u8  | message u8 |
/// +-----------+------------+----------------+ +---------------+------------+
/// </code>
/// </remarks>
internal static class NetfilterMessage
{
    internal const int HeaderLength = 4;
    internal const ushort SubsystemConntrack = 1 << 8;
    internal const ushort SubsystemPacketLog = 4 << 8;
    internal const ushort SubsystemIpSet = 6 << 8;
    internal const ushort SubsystemNfTables = 10 << 8;

    internal const ushort BatchBegin = 0x10;
    internal const ushort BatchEnd = 0x11;

    internal static void WriteHeader(MessageWriter writer, byte family, ushort resource = 0)
    {
        var header = writer.Reserve(HeaderLength);
        header[0] = family;
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], resource);
    }

    internal static AttributeReader Attributes(NetlinkMessage message) =>
        new(message.Payload.Length < HeaderLength ? [] : message.Payload[HeaderLength..]);
}
