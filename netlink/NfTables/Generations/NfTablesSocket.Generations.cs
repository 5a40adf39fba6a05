using Overlay.Netlink.Messages;
using Overlay.Netlink.NfTables.Generations;

namespace Overlay.Netlink.NfTables;

public sealed partial class NfTablesSocket
{
    /// <summary>Whether a commit was made through this socket.</summary>
    public bool IsOurs(Generation generation)
    {
        ArgumentNullException.ThrowIfNull(generation);
        return generation.PortId == connection.PortId;
    }

    /// <summary>The generation in force. Who made it is not known here, only to those who watch.</summary>
    public Generation CurrentGeneration()
    {
        var list = new RequestList();
        list.Begin(NfMessageType.GetGeneration, MessageFlags.None, "get", "the rule set's generation");
        NetfilterMessage.WriteHeader(list.Writer, 0);
        list.End();
        return connection.Get(list, GenerationMessages.Parse) ?? throw new NetlinkException("get", "the rule set's generation", Errno.EOPNOTSUPP);
    }
}
