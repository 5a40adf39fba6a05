using System.Net;
using System.Net.Sockets;
using Overlay.Netlink.Messages;

namespace Overlay.Netlink.IpSets;

/// <summary>ipset's messages (linux/netfilter/ipset/ip_set.h). Pure.</summary>
internal static class IpSetMessages
{
    internal const ushort List = NetfilterMessage.SubsystemIpSet | 7;
    internal const ushort Add = NetfilterMessage.SubsystemIpSet | 9;
    internal const ushort Delete = NetfilterMessage.SubsystemIpSet | 10;
    internal const ushort Test = NetfilterMessage.SubsystemIpSet | 11;

    /// <summary>IPSET_ERR_EXIST: what was looked up is not in the set.</summary>
    internal const int IsNotThere = 4103;

    /// <summary>IPSET_PROTOCOL: in force since Linux 4.20; kernels take 6 and 7.</summary>
    private const byte ProtocolVersion = 7;

    /// <summary>NLA_F_NET_BYTEORDER: ipset refuses numbers without it.</summary>
    private const ushort Big = 0x4000;

    private const ushort Protocol = 1;
    private const ushort SetName = 2;
    private const ushort Flags = 6;
    private const ushort Data = 7;
    private const ushort Elements = 8;

    private const ushort Ip = 1;
    private const ushort PrefixLength = 3;
    private const ushort Interface = 23;
    private const ushort Comment = 26;
    private const ushort SkbMark = 27;

    private const ushort IPv4 = 1;
    private const ushort IPv6 = 2;

    private const uint NamesOnly = 2;

    internal static void WriteHeader(MessageWriter writer, string? set)
    {
        NetfilterMessage.WriteHeader(writer, Family.IPv4);
        writer.U8(Protocol, ProtocolVersion);
        if (set is not null)
        {
            writer.Text(SetName, set);
        }
    }

    internal static void AskNamesOnly(MessageWriter writer) => writer.U32Big(Flags | Big, NamesOnly);

    /// <summary>An element; what identifies it is enough to delete it.</summary>
    internal static void WriteElement(MessageWriter writer, IpSetElement element, bool identityOnly)
    {
        var data = writer.BeginNested(Data);
        var address = element.Addresses.BaseAddress;
        var ip = writer.BeginNested(Ip);
        writer.Address((ushort)((address.AddressFamily == AddressFamily.InterNetwork ? IPv4 : IPv6) | Big), address);
        writer.EndNested(ip);
        if (element.Addresses.PrefixLength != FullLength(address))
        {
            writer.U8(PrefixLength, (byte)element.Addresses.PrefixLength);
        }

        if (element.Device is not null)
        {
            writer.Text(Interface, element.Device);
        }

        if (!identityOnly)
        {
            if (element.Mark is { } mark)
            {
                writer.U64Big(SkbMark | Big, mark);
            }

            if (element.Comment.Length > 0)
            {
                writer.Text(Comment, element.Comment);
            }
        }

        writer.EndNested(data);
    }

    /// <summary>A set's name, of any message of a list.</summary>
    internal static string? NameOf(NetlinkMessage message)
    {
        var attributes = NetfilterMessage.Attributes(message);
        while (attributes.MoveNext())
        {
            if (attributes.Type == SetName)
            {
                return attributes.Text();
            }
        }

        return null;
    }

    /// <summary>The elements in one message of a list.</summary>
    internal static void Collect(NetlinkMessage message, List<IpSetElement> found)
    {
        var attributes = NetfilterMessage.Attributes(message);
        while (attributes.MoveNext())
        {
            if (attributes.Type != Elements)
            {
                continue;
            }

            var elements = attributes.Nested();
            while (elements.MoveNext())
            {
                if (Parse(elements.Nested()) is { } element)
                {
                    found.Add(element);
                }
            }
        }
    }

    private static IpSetElement? Parse(AttributeReader data)
    {
        IPAddress? address = null;
        int? length = null;
        string? device = null;
        ulong? mark = null;
        var comment = "";
        while (data.MoveNext())
        {
            switch (data.Type)
            {
                case Ip:
                    var ip = data.Nested();
                    address = ip.MoveNext() ? ip.Address() : null;
                    break;
                case PrefixLength:
                    length = data.U8();
                    break;
                case Interface:
                    device = data.Text();
                    break;
                case SkbMark:
                    mark = data.U64Big();
                    break;
                case Comment:
                    comment = data.Text();
                    break;
            }
        }

        return address is null ? null : new IpSetElement(new IPNetwork(address, length ?? FullLength(address)), device, mark, comment);
    }

    private static int FullLength(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
}
