using System.Globalization;
using System.Runtime.InteropServices;

namespace Overlay.Netlink.Messages;

/// <summary>Reads NLMSG_ERROR: an errno (0 is success) and, with NETLINK_EXT_ACK, what the kernel has to say about it.</summary>
/// <remarks>
/// <code>
/// | -errno s32 | nlmsghdr of the request, 16 | request's payload unless NLM_F_CAPPED | attributes if NLM_F_ACK_TLVS |
/// </code>
/// linux/netlink.h, enum nlmsgerr_attrs.
/// </remarks>
internal static class Acknowledgement
{
    private const MessageFlags Capped = (MessageFlags)0x100;
    private const MessageFlags HasAttributes = (MessageFlags)0x200;

    private const ushort Message = 1;
    private const ushort Offset = 2;
    private const ushort MissingType = 5;
    private const ushort MissingNest = 6;

    internal static Errno ErrnoOf(NetlinkMessage message) =>
        message.Payload.Length < 4 ? Errno.None : (Errno)(-MemoryMarshal.Read<int>(message.Payload));

    internal static string? TextOf(NetlinkMessage message)
    {
        if ((message.Flags & HasAttributes) == 0)
        {
            return null;
        }

        string? text = null;
        var details = new List<string>();
        var reader = new AttributeReader(Attributes(message));
        while (reader.MoveNext())
        {
            switch (reader.Type)
            {
                case Message: text = reader.Text(); break;
                case Offset: details.Add(Detail("at byte", reader.U32())); break;
                case MissingType: details.Add(Detail("missing attribute", reader.U32())); break;
                case MissingNest: details.Add(Detail("in the nest at byte", reader.U32())); break;
            }
        }

        var detail = string.Join(", ", details);
        return text is null ? (detail.Length == 0 ? null : detail)
            : detail.Length == 0 ? text
            : $"{text} ({detail})";
    }

    /// <summary>Where in the request the kernel points at, counted from its header; null if it does not.</summary>
    internal static int? OffsetOf(NetlinkMessage message)
    {
        if ((message.Flags & HasAttributes) != 0)
        {
            var reader = new AttributeReader(Attributes(message));
            while (reader.MoveNext())
            {
                if (reader.Type == Offset)
                {
                    return (int)reader.U32();
                }
            }
        }

        return null;
    }

    private static string Detail(string what, uint number) => string.Create(CultureInfo.InvariantCulture, $"{what} {number}");

    private static ReadOnlySpan<byte> Attributes(NetlinkMessage message)
    {
        var skip = 4;
        if (message.Type == NetlinkMessage.TypeError)
        {
            var request = (int)MemoryMarshal.Read<uint>(message.Payload[4..]);
            skip += (message.Flags & Capped) != 0 ? MessageWriter.HeaderLength : MessageWriter.Align(request);
        }

        return skip > message.Payload.Length ? [] : message.Payload[skip..];
    }
}
