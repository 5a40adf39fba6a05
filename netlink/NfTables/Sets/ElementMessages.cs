using System.Text;
using Overlay.Netlink.Messages;

namespace Overlay.Netlink.NfTables.Sets;

/// <summary>Writes and reads the elements of NFT_MSG_NEWSETELEM and NFT_MSG_DELSETELEM.</summary>
/// <remarks>
/// <code>
///  TABLE name | SET name | ELEMENTS { LIST_ELEM { KEY { VALUE } KEY_END { VALUE } DATA { VALUE } FLAGS be32 USERDATA } ... }
///  USERDATA, as libnftnl writes it: | type u8, 0 = comment | length u8 | text | 0 |
/// </code>
/// </remarks>
internal static class ElementMessages
{
    internal const ushort ListTable = 1;
    internal const ushort ListSet = 2;
    internal const ushort ListElements = 3;
    private const ushort ListElement = 1;

    private const ushort Key = 1;
    private const ushort Data = 2;
    private const ushort Flags = 3;
    private const ushort UserData = 6;
    private const ushort KeyEnd = 10;
    private const ushort DataValue = 1;

    private const uint FlagIntervalEnd = 1;

    internal static void WriteElement(MessageWriter writer, SetElement element, bool delete)
    {
        var start = writer.BeginNested(ListElement);
        WriteValue(writer, Key, element.Key);
        if (element.KeyEnd is { } end)
        {
            WriteValue(writer, KeyEnd, end);
        }

        if (element.IsIntervalEnd)
        {
            writer.U32Big(Flags, FlagIntervalEnd);
        }

        if (!delete)
        {
            if (element.Value is { } value)
            {
                WriteValue(writer, Data, value);
            }

            if (element.Comment is { } comment)
            {
                WriteComment(writer, UserData, comment);
            }
        }

        writer.EndNested(start);
    }

    internal static void Collect(NetlinkMessage message, List<SetElement> found)
    {
        if (message.Type is not NfMessageType.NewElement)
        {
            return;
        }

        var reader = NetfilterMessage.Attributes(message);
        while (reader.MoveNext())
        {
            if (reader.Type == ListElements)
            {
                var elements = reader.Nested();
                while (elements.MoveNext())
                {
                    if (Parse(elements.Nested()) is { } element)
                    {
                        found.Add(element);
                    }
                }
            }
        }
    }

    internal static string? CommentOf(ReadOnlySpan<byte> userData)
    {
        while (userData.Length >= 2 && userData.Length >= 2 + userData[1])
        {
            if (userData[0] == 0)
            {
                return Encoding.UTF8.GetString(userData.Slice(2, userData[1]).TrimEnd((byte)0));
            }

            userData = userData[(2 + userData[1])..];
        }

        return null;
    }

    private static SetElement? Parse(AttributeReader reader)
    {
        SetElement? element = null;
        NfValue? end = null, value = null;
        var isEnd = false;
        string? comment = null;
        while (reader.MoveNext())
        {
            switch (reader.Type)
            {
                case Key: element = ValueOf(reader.Nested()) is { } key ? new SetElement(key) : null; break;
                case KeyEnd: end = ValueOf(reader.Nested()); break;
                case Data: value = ValueOf(reader.Nested()); break;
                case Flags: isEnd = (reader.U32Big() & FlagIntervalEnd) != 0; break;
                case UserData: comment = CommentOf(reader.Value); break;
            }
        }

        return element is null ? null : element with { KeyEnd = end, Value = value, IsIntervalEnd = isEnd, Comment = comment };
    }

    private static NfValue? ValueOf(AttributeReader reader)
    {
        while (reader.MoveNext())
        {
            if (reader.Type == DataValue)
            {
                return new NfValue(reader.Value);
            }
        }

        return null;
    }

    private static void WriteValue(MessageWriter writer, ushort type, NfValue value)
    {
        var start = writer.BeginNested(type);
        writer.Bytes(DataValue, value.Bytes);
        writer.EndNested(start);
    }

    private static void WriteComment(MessageWriter writer, ushort type, string comment)
    {
        var length = Encoding.UTF8.GetByteCount(comment);
        if (length > SetElement.MaximumCommentLength)
        {
            throw new ArgumentException($"A comment has at most {SetElement.MaximumCommentLength} bytes; this one has {length}: '{comment}'.", nameof(comment));
        }

        var place = writer.Attribute(type, length + 3);
        place[1] = (byte)(length + 1);
        Encoding.UTF8.GetBytes(comment, place[2..]);
    }
}
