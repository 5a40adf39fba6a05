using Overlay.Netlink.Messages;
using Overlay.Netlink.NfTables.Sets;

namespace Overlay.Netlink.NfTables;

/// <summary>Changes that take effect all at once or not at all, in the order they are written. Writing one is pure.</summary>
public sealed class NfTablesBatch
{
    /// <summary>A nested attribute counts its length in 16 bits; an element is far below what is kept free here.</summary>
    private const int ElementListLimit = 60_000;

    private const ushort TableNameAttribute = 1;

    /// <summary>Begins a batch.</summary>
    public NfTablesBatch()
    {
        Requests.Begin(NetfilterMessage.BatchBegin, MessageFlags.None, "commit a batch of", "nf_tables changes");
        NetfilterMessage.WriteHeader(Requests.Writer, 0, NetfilterMessage.SubsystemNfTables >> 8);
        Requests.End();
    }

    /// <summary>How many elements it adds and removes.</summary>
    public int Count { get; private set; }

    internal RequestList Requests { get; } = new();

    /// <summary>
    /// Adds elements. One that is there with the same value stays as it is, comment included; one with another value refuses the whole batch (EEXIST): delete it first, in the same batch.
    /// </summary>
    public NfTablesBatch AddElements(TableName table, string set, IEnumerable<SetElement> elements) =>
        WriteElements(NfMessageType.NewElement, MessageFlags.Create, "add elements to set", table, set, elements);

    /// <summary>Removes elements, by <see cref="SetElement.Identity"/>; one that is not there refuses the whole batch (ENOENT).</summary>
    public NfTablesBatch DeleteElements(TableName table, string set, IEnumerable<SetElement> elements) =>
        WriteElements(NfMessageType.DeleteElement, MessageFlags.None, "delete elements from set", table, set, elements);

    /// <summary>Empties a set or map.</summary>
    public NfTablesBatch FlushSet(TableName table, string set)
    {
        BeginSet(NfMessageType.DeleteElement, MessageFlags.None, "empty set", table, set);
        Requests.End();
        Count++;
        return this;
    }

    /// <summary>Deletes a table with all that is in it.</summary>
    public NfTablesBatch DeleteTable(TableName table)
    {
        Requests.Begin(NfMessageType.DeleteTable, MessageFlags.None, "delete table", table);
        NetfilterMessage.WriteHeader(Requests.Writer, (byte)table.Family);
        Requests.Writer.Text(TableNameAttribute, table.Name);
        Requests.End();
        Count++;
        return this;
    }

    private NfTablesBatch WriteElements(ushort type, MessageFlags flags, string operation, TableName table, string set, IEnumerable<SetElement> elements)
    {
        ArgumentNullException.ThrowIfNull(elements);
        var writer = Requests.Writer;
        var delete = type == NfMessageType.DeleteElement;
        var list = -1;
        ElementOffsets? offsets = null;
        foreach (var element in elements)
        {
            if (list >= 0 && writer.Length - list > ElementListLimit)
            {
                EndElements(ref list);
            }

            if (list < 0)
            {
                BeginSet(type, flags, operation, table, set);
                offsets = new ElementOffsets($"{set} of table {table}", Requests[Requests.Count - 1].Start);
                Requests.NameParts(offsets.TargetAt);
                list = writer.BeginNested(ElementMessages.ListElements);
            }

            offsets!.Begin(writer.Length, element);
            ElementMessages.WriteElement(writer, element, delete);
            Count++;
        }

        if (list >= 0)
        {
            EndElements(ref list);
        }

        return this;
    }

    private void BeginSet(ushort type, MessageFlags flags, string operation, TableName table, string set)
    {
        ArgumentException.ThrowIfNullOrEmpty(set);
        Requests.Begin(type, flags, operation, $"{set} of table {table}");
        NetfilterMessage.WriteHeader(Requests.Writer, (byte)table.Family);
        Requests.Writer.Text(ElementMessages.ListTable, table.Name);
        Requests.Writer.Text(ElementMessages.ListSet, set);
    }

    private void EndElements(ref int list)
    {
        Requests.Writer.EndNested(list);
        Requests.End();
        list = -1;
    }
}
