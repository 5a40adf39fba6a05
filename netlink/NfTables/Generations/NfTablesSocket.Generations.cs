using Overlay.Netlink.Messages;
using Overlay.Netlink.NfTables.Generations;

namespace Overlay.Netlink.NfTables;

public sealed partial class NfTablesSocket
{
    /// <summary>The generation in force.</summary>
    public Generation CurrentGeneration()
    {
        var list = new RequestList();
        list.Begin(NfMessageType.GetGeneration, MessageFlags.None, "get", "the rule set's generation");
        NetfilterMessage.WriteHeader(list.Writer, 0);
        list.End();
        return connection.Get(list, GenerationMessages.Parse) ?? throw new NetlinkException("get", "the rule set's generation", Errno.EOPNOTSUPP);
    }
}
