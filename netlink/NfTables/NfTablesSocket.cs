using Overlay.Netlink.Messages;
using Overlay.Netlink.Sockets;

namespace Overlay.Netlink.NfTables;

/// <summary>nf_tables of one network namespace: elements are changed in atomic batches, everything else is read. Thread-safe.</summary>
public sealed partial class NfTablesSocket : IDisposable
{
    private readonly NetlinkConnection connection;

    private NfTablesSocket(NetlinkConnection connection) => this.connection = connection;

    /// <summary>Opens a socket.</summary>
    /// <param name="inside">The namespace to open it in, where it stays; null: this process' own.</param>
    public static NfTablesSocket Open(NetworkNamespace? inside = null) =>
        new(NetlinkConnection.Open(NetlinkSocket.ProtocolNetfilter, inside));

    /// <summary>Commits a batch: all of it is in force when this returns, or nothing of it is.</summary>
    /// <exception cref="NetlinkException">Something was refused, so nothing changed; <see cref="NetlinkException.Failures"/> has all refusals.</exception>
    public void Commit(NfTablesBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Count > 0 && connection.ExecuteTransaction(batch.Requests) is { Count: > 0 } failures)
        {
            throw NetlinkException.OfBatch(failures);
        }
    }

    /// <inheritdoc />
    public void Dispose() => connection.Dispose();

    private List<T> List<T>(ushort type, string what, TableName? table, NetlinkConnection.Collector<T> collect, Action<MessageWriter>? filter = null)
    {
        var list = new RequestList();
        list.Begin(type, MessageFlags.None, "list", table is null ? what : $"{what} of table {table}");
        NetfilterMessage.WriteHeader(list.Writer, (byte)(table?.Family ?? NfFamily.Any));
        filter?.Invoke(list.Writer);
        list.End();
        return connection.Dump(list, collect);
    }
}
