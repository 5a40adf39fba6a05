using System.Net;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Overlay.NodeAgent.Cni;

namespace Overlay.NodeAgent.Addresses;

/// <summary>
/// Keeps attachments and resting addresses across restarts and kill -9 of the agent, in one SQLite file. Not across reboots: then the
/// pods are gone, so the file is made anew, and nothing needs to be forced to the disk (synchronous=OFF) to survive a crash of ours.
/// </summary>
/// <remarks>
/// Each row carries a checksum. A damaged file is put aside under the name <c>*.damaged</c>, what can still be read and proven moves
/// to a fresh one, and the kernel's own state (veths, their aliases, routes) fills the rest: see Pods/Reconciliation.
/// The agent reads once, at start, and writes through afterwards. Thread-safe.
/// A version that only adds tables and columns (which may be NULL) keeps <c>readable_since</c>, so the version before it can take the file over again. A file that
/// is too new is put aside as <c>*.newer</c>, and the kernel's state takes its place.
/// </remarks>
internal sealed partial class AttachmentStore : IDisposable
{
    private const string Schema = """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = OFF;
        CREATE TABLE IF NOT EXISTS boot (id TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS format (version INTEGER NOT NULL, readable_since INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS attachments (
          network TEXT NOT NULL, container TEXT NOT NULL, ifname TEXT NOT NULL,
          netns TEXT NOT NULL, pod_uid TEXT NOT NULL, pod_namespace TEXT NOT NULL, pod_name TEXT NOT NULL, pod_labels TEXT,
          v4 TEXT UNIQUE, v6 TEXT UNIQUE, state INTEGER NOT NULL, checksum INTEGER NOT NULL,
          PRIMARY KEY (network, container, ifname)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS requests (
          network TEXT NOT NULL, container TEXT NOT NULL, ifname TEXT NOT NULL, asked TEXT NOT NULL, checksum INTEGER NOT NULL,
          PRIMARY KEY (network, container, ifname)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS resting (address TEXT PRIMARY KEY, freed INTEGER NOT NULL) WITHOUT ROWID;
        """;

    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly string _bootId;
    private readonly ILogger _log;
    private readonly Dictionary<AttachmentKey, Attachment> _attachments = [];
    private readonly Dictionary<IPAddress, DateTimeOffset> _resting = [];
    private SqliteConnection _database;

    private AttachmentStore(string path, string bootId, ILogger log)
    {
        (_path, _bootId, _log) = (path, bootId, log);
        _database = OpenOrReplace();
    }

    /// <summary>Whether rows or the whole file were lost to damage when the store was opened.</summary>
    public bool WasDamaged { get; private set; }

    /// <summary>Opens the file, or makes it; discards what an earlier boot left.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bootId">This boot's id.</param>
    /// <param name="log">Where damage is told.</param>
    /// <exception cref="StoreException">Not even an empty file can be made there.</exception>
    public static AttachmentStore Open(string path, string bootId, ILogger log)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        try
        {
            return new AttachmentStore(path, bootId, log);
        }
        catch (Exception cause) when (cause is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"the attachment store {path} can not be opened: {cause.Message}", cause);
        }
    }

    /// <summary>All attachments.</summary>
    public IReadOnlyList<Attachment> Attachments
    {
        get
        {
            lock (_lock)
                return [.. _attachments.Values];
        }
    }

    /// <summary>The addresses that rest, and since when.</summary>
    public IReadOnlyDictionary<IPAddress, DateTimeOffset> Resting
    {
        get
        {
            lock (_lock)
                return new Dictionary<IPAddress, DateTimeOffset>(_resting);
        }
    }

    /// <summary>One attachment, or null.</summary>
    public Attachment? Find(AttachmentKey key)
    {
        lock (_lock)
            return _attachments.GetValueOrDefault(key);
    }

    /// <summary>Adds or replaces an attachment; its addresses rest no more.</summary>
    /// <exception cref="StoreException">It could not be written; nothing has changed.</exception>
    public void Put(Attachment attachment)
    {
        lock (_lock)
        {
            Write(database =>
            {
                InsertRow(database, attachment);
                foreach (var address in attachment.Addresses)
                    Run(database, "DELETE FROM resting WHERE address = $a", ("$a", address.ToString()));
            });
            _attachments[attachment.Key] = attachment;
            foreach (var address in attachment.Addresses)
                _resting.Remove(address);
        }
    }

    /// <summary>Changes an attachment that is there, in one step with looking at it; null leaves it as it is.</summary>
    /// <returns>Whether it was changed.</returns>
    /// <exception cref="StoreException">It could not be written; nothing has changed.</exception>
    public bool Change(AttachmentKey key, Func<Attachment, Attachment?> change)
    {
        lock (_lock)
        {
            if (!_attachments.TryGetValue(key, out var present) || change(present) is not { } wanted)
                return false;
            Put(wanted);
            return true;
        }
    }

    /// <summary>Removes an attachment; its addresses begin to rest. Does nothing when there is none.</summary>
    /// <exception cref="StoreException">It could not be written; nothing has changed.</exception>
    public void Remove(AttachmentKey key, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (!_attachments.TryGetValue(key, out var attachment))
                return;
            Write(database =>
            {
                foreach (var table in (ReadOnlySpan<string>)["attachments", "requests"])
                    Run(
                        database,
                        $"DELETE FROM {table} WHERE network = $n AND container = $c AND ifname = $i",
                        ("$n", key.Network),
                        ("$c", key.ContainerId),
                        ("$i", key.InterfaceName)
                    );
                Run(database, "DELETE FROM resting WHERE freed < $old", ("$old", (now - AddressAllocator.Rest).ToUnixTimeMilliseconds()));
                foreach (var address in attachment.Addresses)
                    InsertResting(database, address, now);
            });
            _attachments.Remove(key);
            foreach (var (address, _) in _resting.Where(r => now - r.Value > AddressAllocator.Rest).ToArray())
                _resting.Remove(address);
            foreach (var address in attachment.Addresses)
                _resting[address] = now;
        }
    }

    /// <summary>Lets the file grow no more than this, as a full disk does; for tests.</summary>
    internal void LimitPages(int pages)
    {
        lock (_lock)
            Run(_database, $"PRAGMA max_page_count = {pages}");
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        lock (_lock)
            _database.Dispose();
    }

    /// <summary>One transaction; a file that turns out damaged is made anew from what is known, and the change tried once more.</summary>
    private void Write(Action<SqliteConnection> change)
    {
        try
        {
            Transact(change);
        }
        catch (SqliteException cause) when (IsDamage(cause))
        {
            StoreLog.Damaged(_log, _path, cause.Message);
            try
            {
                Rewrite();
                Transact(change);
            }
            catch (Exception second) when (second is SqliteException or IOException)
            {
                throw Unwritable(second);
            }
        }
        catch (SqliteException cause)
        {
            throw Unwritable(cause);
        }
    }

    private void Transact(Action<SqliteConnection> change)
    {
        using var transaction = _database.BeginTransaction();
        change(_database);
        transaction.Commit();
    }

    private StoreException Unwritable(Exception cause) => new($"the attachment store {_path} can not be written: {cause.Message}", cause);
}
