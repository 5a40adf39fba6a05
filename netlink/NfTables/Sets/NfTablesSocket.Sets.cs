using Overlay.Netlink.NfTables.Sets;

namespace Overlay.Netlink.NfTables;

public sealed partial class NfTablesSocket
{
    /// <summary>All elements of a set or map, in no order.</summary>
    /// <exception cref="NetlinkException">ENOENT: there is no such table or set.</exception>
    public IReadOnlyList<SetElement> Elements(TableName table, string set) =>
        List<SetElement>(NfMessageType.GetElement, $"elements of {set}", table, ElementMessages.Collect, writer =>
        {
            writer.Text(ElementMessages.ListTable, table.Name);
            writer.Text(ElementMessages.ListSet, set);
        });

    /// <summary>The sets and maps of a table; none if there is no such table.</summary>
    public IReadOnlyList<NfSet> Sets(TableName table) =>
        List<NfSet>(NfMessageType.GetSet, "sets", table, SetMessages.Collect).FindAll(s => s.Table == table);
}
