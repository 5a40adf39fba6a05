using Overlay.Netlink.Messages;

namespace Overlay.Netlink.NfTables;

/// <summary>Message types of nf_tables (linux/netfilter/nf_tables.h, enum nf_tables_msg_types).</summary>
internal static class NfMessageType
{
    internal const ushort NewTable = NetfilterMessage.SubsystemNfTables | 0;
    internal const ushort GetTable = NetfilterMessage.SubsystemNfTables | 1;
    internal const ushort DeleteTable = NetfilterMessage.SubsystemNfTables | 2;
    internal const ushort NewChain = NetfilterMessage.SubsystemNfTables | 3;
    internal const ushort GetChain = NetfilterMessage.SubsystemNfTables | 4;
    internal const ushort NewRule = NetfilterMessage.SubsystemNfTables | 6;
    internal const ushort GetRule = NetfilterMessage.SubsystemNfTables | 7;
    internal const ushort NewSet = NetfilterMessage.SubsystemNfTables | 9;
    internal const ushort GetSet = NetfilterMessage.SubsystemNfTables | 10;
    internal const ushort NewElement = NetfilterMessage.SubsystemNfTables | 12;
    internal const ushort GetElement = NetfilterMessage.SubsystemNfTables | 13;
    internal const ushort DeleteElement = NetfilterMessage.SubsystemNfTables | 14;
    internal const ushort NewGeneration = NetfilterMessage.SubsystemNfTables | 15;
    internal const ushort GetGeneration = NetfilterMessage.SubsystemNfTables | 16;
    internal const ushort NewObject = NetfilterMessage.SubsystemNfTables | 18;
    internal const ushort GetObject = NetfilterMessage.SubsystemNfTables | 19;
}
