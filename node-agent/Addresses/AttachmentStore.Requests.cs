using Microsoft.Data.Sqlite;
using Overlay.NodeAgent.Cni;

namespace Overlay.NodeAgent.Addresses;

/// <content>What runtimes asked for beside interfaces: in a table of its own, which an agent of an earlier version does not look at.</content>
internal sealed partial class AttachmentStore
{
    /// <remarks>A row without its attachment is what an earlier version left when it removed one: passed over.</remarks>
    private void ReadRequests(SqliteConnection database)
    {
        using var command = database.CreateCommand();
        command.CommandText = "SELECT network, container, ifname, asked, checksum FROM requests";
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            var (key, text) = (new AttachmentKey(row.GetString(0), row.GetString(1), row.GetString(2)), row.GetString(3));
            if (!_attachments.TryGetValue(key, out var attachment))
                continue;
            if (row.GetInt64(4) == RequestChecksum(key, text))
            {
                _attachments[key] = attachment with { Asked = RequestText.Read(text) };
                continue;
            }

            StoreLog.DamagedRow(_log, _path, key.ContainerId);
            WasDamaged = true;
        }
    }

    private static void InsertRequest(SqliteConnection database, Attachment a)
    {
        var (key, text) = (a.Key, RequestText.Write(a.Asked));
        Run(
            database,
            text is null
                ? "DELETE FROM requests WHERE network = $n AND container = $c AND ifname = $i"
                : "INSERT OR REPLACE INTO requests (network, container, ifname, asked, checksum) VALUES ($n, $c, $i, $asked, $sum)",
            ("$n", key.Network),
            ("$c", key.ContainerId),
            ("$i", key.InterfaceName),
            ("$asked", text),
            ("$sum", text is null ? null : RequestChecksum(key, text))
        );
    }

    private static long RequestChecksum(AttachmentKey key, string text) => (long)Fnv.Of(key.Network, key.ContainerId, key.InterfaceName, text);
}
