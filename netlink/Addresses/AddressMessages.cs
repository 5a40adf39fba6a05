using System.Runtime.InteropServices;
using Overlay.Netlink.Messages;

namespace Overlay.Netlink.Addresses;

/// <summary>Writes and reads RTM_NEWADDR and RTM_DELADDR.</summary>
/// <remarks>
/// <code>
///  ifaddrmsg
/// +-----------+------------------+----------+----------+-----------+
/// | family u8 | prefix length u8 | flags u8 | scope u8 | index u32 |
/// +-----------+------------------+----------+----------+-----------+
/// </code>
/// IFA_LOCAL is the address itself; IFA_ADDRESS the peer's on a point-to-point device, else the same.
/// </remarks>
internal static class AddressMessages
{
    private const int HeaderLength = 8;
    private const ushort Address = 1;
    private const ushort Local = 2;
    private const ushort Flags = 8;
    private const uint FlagNoDuplicateDetection = 0x02;
    private const byte ScopeLink = 253;

    internal static void WriteFilter(MessageWriter writer, byte family, LinkIndex link)
    {
        var header = writer.Reserve(HeaderLength);
        header[0] = family;
        MemoryMarshal.Write(header[4..], link.Value);
    }

    internal static void Write(MessageWriter writer, InterfaceAddress address)
    {
        var family = Family.Of(address.Address);
        var header = writer.Reserve(HeaderLength);
        header[0] = family;
        header[1] = (byte)address.PrefixLength;
        header[3] = address.LinkScope ? ScopeLink : (byte)0;
        MemoryMarshal.Write(header[4..], address.Link.Value);
        writer.Address(Local, address.Address);
        writer.Address(Address, address.Address);
        if (family == Family.IPv6 && address.NoDuplicateDetection)
        {
            writer.U32(Flags, FlagNoDuplicateDetection);
        }
    }

    internal static InterfaceAddress? Parse(NetlinkMessage message)
    {
        if (message.Type is not (RouteMessageType.NewAddress or RouteMessageType.DeleteAddress))
        {
            return null;
        }

        var header = message.Payload;
        System.Net.IPAddress? local = null, peer = null;
        uint flags = header[2];
        var reader = new AttributeReader(header[HeaderLength..]);
        while (reader.MoveNext())
        {
            switch (reader.Type)
            {
                case Local: local = reader.Address(); break;
                case Address: peer = reader.Address(); break;
                case Flags: flags = reader.U32(); break;
            }
        }

        return (local ?? peer) is { } address
            ? new InterfaceAddress(new LinkIndex(MemoryMarshal.Read<int>(header[4..])), address, header[1])
            {
                NoDuplicateDetection = header[0] == Family.IPv6 && (flags & FlagNoDuplicateDetection) != 0,
                LinkScope = header[3] == ScopeLink,
            }
            : null;
    }
}
