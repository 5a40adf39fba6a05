using Overlay.Netlink.Messages;

namespace Overlay.Netlink.NfTables.Rules;

/// <summary>Reads counters: of a rule, and NFT_MSG_NEWOBJ of that type (enum nft_object_attributes).</summary>
internal static class CounterMessages
{
    internal const ushort Table = 1;
    internal const ushort Type = 3;

    /// <summary>NFT_OBJECT_COUNTER.</summary>
    internal const uint CounterType = 1;

    private const ushort Name = 2;
    private const ushort Data = 4;
    private const ushort Bytes = 1;
    private const ushort Packets = 2;

    internal static Counter ValueOf(AttributeReader reader)
    {
        var counter = default(Counter);
        while (reader.MoveNext())
        {
            counter = reader.Type switch
            {
                Bytes => counter with { Bytes = reader.U64Big() },
                Packets => counter with { Packets = reader.U64Big() },
                _ => counter,
            };
        }

        return counter;
    }

    internal static void Collect(NetlinkMessage message, List<NamedCounter> found)
    {
        if (message.Type != NfMessageType.NewObject)
        {
            return;
        }

        var counter = new NamedCounter(new TableName((NfFamily)message.Payload[0], ""), "", default);
        var type = 0u;
        var reader = NetfilterMessage.Attributes(message);
        while (reader.MoveNext())
        {
            switch (reader.Type)
            {
                case Table: counter = counter with { Table = counter.Table with { Name = reader.Text() } }; break;
                case Name: counter = counter with { Name = reader.Text() }; break;
                case Type: type = reader.U32Big(); break;
                case Data: counter = counter with { Value = ValueOf(reader.Nested()) }; break;
            }
        }

        if (type == CounterType)
        {
            found.Add(counter);
        }
    }
}
