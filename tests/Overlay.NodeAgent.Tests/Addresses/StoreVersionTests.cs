using System.Net;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Overlay.NodeAgent.Addresses;
using Overlay.NodeAgent.Cni;

namespace Overlay.NodeAgent.Tests.Addresses;

/// <summary>The attachment store over an upgrade and a downgrade by one version.</summary>
public sealed class StoreVersionTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("ovt-store-");

    private string File => Path.Combine(_directory.FullName, "attachments.db");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void A_file_from_before_it_said_its_version_is_taken_over()
    {
        Fill();
        Change("DROP TABLE format");
        using var store = Open();
        (store.WasDamaged, store.Attachments.Count).Should().Be((false, 1));
    }

    [Fact]
    public void A_file_of_the_next_version_that_only_adds_is_taken_over_and_written_on()
    {
        Fill();
        Change("ALTER TABLE attachments ADD COLUMN future TEXT; CREATE TABLE futures (x TEXT); UPDATE format SET version = 2; UPDATE attachments SET future = 'kept'");
        using (var store = Open())
        {
            (store.WasDamaged, store.Attachments.Count).Should().Be((false, 1));
            store.Put(Some(2));
            store.Change(Some(1).Key, now => now with { State = AttachmentState.Pending });
        }

        using (var again = Open())
            again.Attachments.Should().HaveCount(2);
        System.IO.File.Exists(File + ".damaged").Should().BeFalse();
        Ask("SELECT future FROM attachments WHERE container = 'c1'").Should().Be("kept", "the next version finds its own again");
    }

    [Fact]
    public void A_file_that_is_too_new_is_put_aside()
    {
        Fill();
        Change("UPDATE format SET version = 3, readable_since = 2");
        using var store = Open();
        (store.WasDamaged, store.Attachments.Count).Should().Be((false, 0));
        System.IO.File.Exists(File + ".newer").Should().BeTrue();
        store.Put(Some(1));
    }

    private void Fill()
    {
        using var store = Open();
        store.Put(Some(1));
    }

    private AttachmentStore Open() => AttachmentStore.Open(File, "this boot", NullLogger.Instance);

    private void Change(string sql) => Run(sql, command => command.ExecuteNonQuery());

    private object? Ask(string sql) => Run(sql, command => command.ExecuteScalar());

    private T Run<T>(string sql, Func<SqliteCommand, T> run)
    {
        using var database = new SqliteConnection($"Data Source={File};Pooling=False");
        database.Open();
        using var command = database.CreateCommand();
        command.CommandText = sql;
        return run(command);
    }

    private static Attachment Some(byte number) =>
        new()
        {
            Key = new AttachmentKey("overlay", $"c{number}", "eth0"),
            NetworkNamespace = "/run/netns/x",
            PodUid = $"u{number}",
            PodNamespace = "shop",
            PodName = "p",
            V4 = new IPAddress([10, 255, 1, number]),
            State = AttachmentState.Attached,
        };
}
