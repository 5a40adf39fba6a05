using Overlay.Netlink.Messages;
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

    /// <summary>The element that a packet with this key would find, as the kernel looks it up; in a set of intervals the one that holds it.</summary>
    /// <param name="table">The table.</param>
    /// <param name="set">The set or map.</param>
    /// <param name="key">The key.</param>
    /// <returns>Null if there is none, or no such set.</returns>
    public SetElement? Element(TableName table, string set, NfValue key)
    {
        var list = new RequestList();
        list.Begin(NfMessageType.GetElement, MessageFlags.None, "look up element", $"{key} of {set} of table {table}");
        NetfilterMessage.WriteHeader(list.Writer, (byte)table.Family);
        list.Writer.Text(ElementMessages.ListTable, table.Name);
        list.Writer.Text(ElementMessages.ListSet, set);
        var elements = list.Writer.BeginNested(ElementMessages.ListElements);
        ElementMessages.WriteElement(list.Writer, new SetElement(key), delete: true);
        list.Writer.EndNested(elements);
        list.End();
        return connection.Get(list, message =>
        {
            var found = new List<SetElement>();
            ElementMessages.Collect(message, found);
            return found.FirstOrDefault();
        });
    }

    /// <summary>The sets and maps of a table; none if there is no such table.</summary>
    public IReadOnlyList<NfSet> Sets(TableName table) =>
        List<NfSet>(NfMessageType.GetSet, "sets", table, SetMessages.Collect).FindAll(s => s.Table == table);
}
