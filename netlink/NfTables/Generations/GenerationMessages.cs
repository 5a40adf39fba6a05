using Overlay.Netlink.Messages;

namespace Overlay.Netlink.NfTables.Generations;

/// <summary>Reads NFT_MSG_NEWGEN (enum nft_gen_attributes).</summary>
internal static class GenerationMessages
{
    private const ushort Id = 1;
    private const ushort ThreadId = 2;
    private const ushort ThreadName = 3;

    internal static Generation? Parse(NetlinkMessage message)
    {
        if (message.Type != NfMessageType.NewGeneration)
        {
            return null;
        }

        var generation = new Generation(0) { PortId = message.PortId };
        var reader = NetfilterMessage.Attributes(message);
        while (reader.MoveNext())
        {
            generation = reader.Type switch
            {
                Id => generation with { Number = reader.U32Big() },
                ThreadId => generation with { ThreadId = (int)reader.U32Big() },
                ThreadName => generation with { ThreadName = reader.Text() },
                _ => generation,
            };
        }

        return generation;
    }
}
