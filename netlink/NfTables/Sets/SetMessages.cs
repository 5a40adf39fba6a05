using Overlay.Netlink.Messages;

namespace Overlay.Netlink.NfTables.Sets;

/// <summary>Reads NFT_MSG_NEWSET (enum nft_set_attributes).</summary>
internal static class SetMessages
{
    private const ushort Table = 1;
    private const ushort Name = 2;
    private const ushort Flags = 3;
    private const ushort KeyType = 4;
    private const ushort KeyLength = 5;
    private const ushort DataType = 6;
    private const ushort DataLength = 7;
    private const ushort Handle = 16;

    internal static void Collect(NetlinkMessage message, List<NfSet> found)
    {
        if (message.Type != NfMessageType.NewSet)
        {
            return;
        }

        var set = new NfSet { Table = new TableName((NfFamily)message.Payload[0], ""), Name = "" };
        var reader = NetfilterMessage.Attributes(message);
        while (reader.MoveNext())
        {
            set = reader.Type switch
            {
                Table => set with { Table = set.Table with { Name = reader.Text() } },
                Name => set with { Name = reader.Text() },
                Flags => set with { Flags = (NfSetFlags)reader.U32Big() },
                KeyType => set with { KeyType = reader.U32Big() },
                KeyLength => set with { KeyLength = (int)reader.U32Big() },
                DataType => set with { ValueType = reader.U32Big() },
                DataLength => set with { ValueLength = (int)reader.U32Big() },
                Handle => set with { Handle = reader.U64Big() },
                _ => set,
            };
        }

        found.Add(set);
    }
}
