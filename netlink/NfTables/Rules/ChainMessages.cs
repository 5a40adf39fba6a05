using Overlay.Netlink.Messages;

namespace Overlay.Netlink.NfTables.Rules;

/// <summary>Reads NFT_MSG_NEWTABLE and NFT_MSG_NEWCHAIN (enum nft_table_attributes, enum nft_chain_attributes).</summary>
internal static class ChainMessages
{
    private const ushort TableNameAttribute = 1;
    private const ushort TableFlags = 2;
    private const ushort TableHandle = 4;
    private const uint TableDormant = 1;

    private const ushort ChainTable = 1;
    private const ushort ChainHandle = 2;
    private const ushort ChainName = 3;
    private const ushort ChainHook = 4;
    private const ushort ChainPolicy = 5;
    private const ushort ChainType = 7;

    private const ushort HookNumber = 1;
    private const ushort HookPriority = 2;

    internal static void CollectTable(NetlinkMessage message, List<NfTable> found)
    {
        if (message.Type != NfMessageType.NewTable)
        {
            return;
        }

        var table = new NfTable(new TableName((NfFamily)message.Payload[0], ""), 0, false);
        var reader = NetfilterMessage.Attributes(message);
        while (reader.MoveNext())
        {
            table = reader.Type switch
            {
                TableNameAttribute => table with { Name = table.Name with { Name = reader.Text() } },
                TableFlags => table with { IsDormant = (reader.U32Big() & TableDormant) != 0 },
                TableHandle => table with { Handle = reader.U64Big() },
                _ => table,
            };
        }

        found.Add(table);
    }

    internal static void CollectChain(NetlinkMessage message, List<NfChain> found)
    {
        if (message.Type != NfMessageType.NewChain)
        {
            return;
        }

        var chain = new NfChain { Table = new TableName((NfFamily)message.Payload[0], ""), Name = "" };
        var reader = NetfilterMessage.Attributes(message);
        while (reader.MoveNext())
        {
            chain = reader.Type switch
            {
                ChainTable => chain with { Table = chain.Table with { Name = reader.Text() } },
                ChainHandle => chain with { Handle = reader.U64Big() },
                ChainName => chain with { Name = reader.Text() },
                ChainPolicy => chain with { Policy = (NfVerdict)reader.U32Big() },
                ChainType => chain with { Type = reader.Text() },
                ChainHook => WithHook(chain, reader.Nested()),
                _ => chain,
            };
        }

        found.Add(chain);
    }

    private static NfChain WithHook(NfChain chain, AttributeReader reader)
    {
        while (reader.MoveNext())
        {
            chain = reader.Type switch
            {
                HookNumber => chain with { Hook = (NfHook)reader.U32Big() },
                HookPriority => chain with { Priority = (int)reader.U32Big() },
                _ => chain,
            };
        }

        return chain;
    }
}
