using System.Globalization;
using System.Net;
using Microsoft.Data.Sqlite;
using Overlay.NodeAgent.Cni;

namespace Overlay.NodeAgent.Addresses;

/// <content>Opening, reading and replacing the file.</content>
internal sealed partial class AttachmentStore
{
    /// <summary>What this agent writes; 1 is also a file that does not say.</summary>
    private const int Format = 1;

    private const int SQLITE_ERROR = 1;
    private const int SQLITE_READONLY = 8;
    private const int SQLITE_CORRUPT = 11;
    private const int SQLITE_MISMATCH = 20;
    private const int SQLITE_FORMAT = 24;
    private const int SQLITE_NOTADB = 26;

    /// <summary>
    /// Whether the content is at fault, not the disk. Our statements are right, so an error "of SQL logic" (no such table, no such column)
    /// means that a flipped bit has hit the schema. Nor do we open it read-only: "read-only" is what SQLite calls a file whose header claims a
    /// write version that it does not know (file format, section 1.3.3). On a disk that really is read-only the new file can not be made either.
    /// </summary>
    private static bool IsDamage(SqliteException error) =>
        error.SqliteErrorCode is SQLITE_ERROR or SQLITE_READONLY or SQLITE_CORRUPT or SQLITE_MISMATCH or SQLITE_FORMAT or SQLITE_NOTADB;

    private SqliteConnection OpenOrReplace()
    {
        SqliteConnection? database = null;
        try
        {
            database = OpenFile();
            if (Boot(database) is { } boot && !string.Equals(boot, _bootId, StringComparison.Ordinal))
            {
                StoreLog.Rebooted(_log, _path);
                database.Dispose();
                PutAside(null);
                return Fresh();
            }

            if (ReadableSince(database) is > Format and var since)
            {
                StoreLog.TooNew(_log, _path, since, Format);
                database.Dispose();
                PutAside(".newer");
                return Fresh();
            }

            ReadAll(database);
            if (!WasDamaged)
                return Recorded(database);
        }
        catch (Exception error) when (error is SqliteException or FormatException or InvalidCastException or InvalidOperationException)
        {
            if (error is SqliteException sqlite && !IsDamage(sqlite))
            {
                database?.Dispose();
                throw;
            }

            WasDamaged = true;
            StoreLog.Damaged(_log, _path, error.Message);
        }

        database?.Dispose();
        PutAside(".damaged");
        return Fresh();
    }

    private SqliteConnection OpenFile()
    {
        var database = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = _path, Mode = SqliteOpenMode.ReadWriteCreate, Pooling = false }.ToString()
        );
        database.Open();
        Run(database, Schema);
        return database;
    }

    /// <summary>A new file that holds what is in memory.</summary>
    private SqliteConnection Fresh()
    {
        var database = Recorded(OpenFile());
        foreach (var attachment in _attachments.Values)
            InsertRow(database, attachment);
        foreach (var (address, freed) in _resting)
            InsertResting(database, address, freed);
        return database;
    }

    private void Rewrite()
    {
        _database.Dispose();
        PutAside(".damaged");
        _database = Fresh();
    }

    private SqliteConnection Recorded(SqliteConnection database)
    {
        Run(database, "DELETE FROM boot");
        Run(database, "INSERT INTO boot VALUES ($id)", ("$id", _bootId));
        Run(database, "DELETE FROM format");
        Run(database, "INSERT INTO format (version, readable_since) VALUES ($v, $v)", ("$v", Format));
        return database;
    }

    /// <summary>Moves the file to another name, kept for a post-mortem, or deletes it; its journals go.</summary>
    private void PutAside(string? suffix)
    {
        if (suffix is null)
            File.Delete(_path);
        else if (File.Exists(_path))
            File.Move(_path, _path + suffix, overwrite: true);
        File.Delete(_path + "-wal");
        File.Delete(_path + "-shm");
    }

    private static string? Boot(SqliteConnection database)
    {
        using var command = database.CreateCommand();
        command.CommandText = "SELECT id FROM boot";
        return command.ExecuteScalar() as string;
    }

    private static long ReadableSince(SqliteConnection database)
    {
        using var command = database.CreateCommand();
        command.CommandText = "SELECT readable_since FROM format";
        return command.ExecuteScalar() as long? ?? Format;
    }

    private void ReadAll(SqliteConnection database)
    {
        using (var check = database.CreateCommand())
        {
            check.CommandText = "PRAGMA quick_check(1)";
            if (check.ExecuteScalar() is not "ok")
                WasDamaged = true;
        }

        using (var command = database.CreateCommand())
        {
            command.CommandText =
                "SELECT network, container, ifname, netns, pod_uid, pod_namespace, pod_name, v4, v6, state, checksum, pod_labels FROM attachments";
            using var row = command.ExecuteReader();
            while (row.Read())
            {
                if (ReadRow(row) is { } attachment)
                    _attachments[attachment.Key] = attachment;
                else
                    WasDamaged = true;
            }
        }

        ReadRequests(database);
        using (var command = database.CreateCommand())
        {
            command.CommandText = "SELECT address, freed FROM resting";
            using var row = command.ExecuteReader();
            while (row.Read())
            {
                if (IPAddress.TryParse(row.GetString(0), out var address))
                    _resting[address] = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1));
            }
        }
    }

    /// <summary>An attachment; null when the row's checksum says that it is not what was written.</summary>
    private Attachment? ReadRow(SqliteDataReader row)
    {
        string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);
        var state = row.GetInt64(9);
        var checksum = Checksum(
            Text(0) ?? "", Text(1) ?? "", Text(2) ?? "", Text(3) ?? "", Text(4) ?? "", Text(5) ?? "", Text(6) ?? "", Text(7), Text(8), state, Text(11)
        );
        if (checksum != row.GetInt64(10))
        {
            StoreLog.DamagedRow(_log, _path, Text(1) ?? "?");
            return null;
        }

        return new Attachment
        {
            Key = new AttachmentKey(row.GetString(0), row.GetString(1), row.GetString(2)),
            NetworkNamespace = row.GetString(3),
            PodUid = row.GetString(4),
            PodNamespace = row.GetString(5),
            PodName = row.GetString(6),
            V4 = Text(7) is { } v4 ? IPAddress.Parse(v4) : null,
            V6 = Text(8) is { } v6 ? IPAddress.Parse(v6) : null,
            State = (AttachmentState)state,
            PodLabels = PodLabelsText.Read(Text(11)),
        };
    }

    private static void InsertRow(SqliteConnection database, Attachment a)
    {
        var (v4, v6, labels) = (a.V4?.ToString(), a.V6?.ToString(), PodLabelsText.Write(a.PodLabels));
        Run(
            database,
            """
            INSERT INTO attachments (network, container, ifname, netns, pod_uid, pod_namespace, pod_name, pod_labels, v4, v6, state, checksum)
            VALUES ($n, $c, $i, $netns, $uid, $ns, $name, $labels, $v4, $v6, $state, $sum)
            ON CONFLICT (network, container, ifname) DO UPDATE SET netns = $netns, pod_uid = $uid, pod_namespace = $ns,
              pod_name = $name, pod_labels = $labels, v4 = $v4, v6 = $v6, state = $state, checksum = $sum
            """,
            ("$n", a.Key.Network),
            ("$c", a.Key.ContainerId),
            ("$i", a.Key.InterfaceName),
            ("$netns", a.NetworkNamespace),
            ("$uid", a.PodUid),
            ("$ns", a.PodNamespace),
            ("$name", a.PodName),
            ("$labels", labels),
            ("$v4", v4),
            ("$v6", v6),
            ("$state", (long)a.State),
            (
                "$sum",
                Checksum(a.Key.Network, a.Key.ContainerId, a.Key.InterfaceName, a.NetworkNamespace, a.PodUid, a.PodNamespace, a.PodName, v4, v6, (long)a.State, labels)
            )
        );
        InsertRequest(database, a);
    }

    private static void InsertResting(SqliteConnection database, IPAddress address, DateTimeOffset freed) =>
        Run(
            database,
            "INSERT OR REPLACE INTO resting (address, freed) VALUES ($a, $t)",
            ("$a", address.ToString()),
            ("$t", freed.ToUnixTimeMilliseconds())
        );

    private static long Checksum(
        string network, string container, string ifname, string netns, string uid, string ns, string name, string? v4, string? v6, long state, string? labels
    ) =>
        (long)Fnv.Of(
            network, container, ifname, netns, uid, ns, name, v4 ?? "-", v6 ?? "-", state.ToString(CultureInfo.InvariantCulture), labels ?? "-"
        );

    private static void Run(SqliteConnection database, string text, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = database.CreateCommand();
        command.CommandText = text;
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        command.ExecuteNonQuery();
    }
}
