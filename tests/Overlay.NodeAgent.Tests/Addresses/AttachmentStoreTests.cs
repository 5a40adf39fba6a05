using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Overlay.NodeAgent.Addresses;
using Overlay.NodeAgent.Cni;

namespace Overlay.NodeAgent.Tests.Addresses;

/// <summary>The store survives kill -9, ends with the boot, and notices damage (fault 22).</summary>
public sealed class AttachmentStoreTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("ovt-store-");

    private string File => Path.Combine(_directory.FullName, "attachments.db");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void What_was_written_is_there_after_a_crash()
    {
        var killed = Open(); // never closed, as after kill -9
        killed.Put(Some(1));
        killed.Put(Some(2));
        killed.Remove(Some(2).Key, Now);

        using var store = Open();
        store.WasDamaged.Should().BeFalse();
        store.Attachments.Should().ContainSingle().Which.Should().BeEquivalentTo(Some(1));
        store.Resting.Should().ContainKey(IPAddress.Parse("10.255.1.2")).WhoseValue.Should().Be(Now);
        killed.Dispose();
    }

    [Fact]
    public void What_a_runtime_asked_for_is_kept_with_its_attachment_and_goes_with_it()
    {
        var asked = Some(1) with { Asked = RequestText.Read("port UDP 0.0.0.0 53 5353") };
        using (var store = Open())
        {
            store.Put(asked);
            store.Put(Some(2) with { Asked = RequestText.Read("port TCP * 80 8080") });
            store.Put(Some(2));
            store.Put(Some(3) with { Asked = asked.Asked });
            store.Remove(Some(3).Key, Now);
        }

        using (var store = Open())
        {
            store.WasDamaged.Should().BeFalse();
            store.Find(asked.Key)!.Asked.Should().Be(asked.Asked);
            store.Find(Some(2).Key)!.Asked.Should().Be(RuntimeRequest.None);
            store.Put(Some(3));
        }

        using var again = Open();
        again.Find(Some(3).Key)!.Asked.Should().Be(RuntimeRequest.None, "a former attachment's is not the next one's");
    }

    [Fact]
    public void After_a_reboot_it_is_empty()
    {
        using (var store = Open())
            store.Put(Some(1));
        using var after = Open("another boot");
        after.Attachments.Should().BeEmpty();
        after.WasDamaged.Should().BeFalse();
    }

    [Fact]
    public void Two_attachments_can_not_have_one_address()
    {
        using var store = Open();
        store.Put(Some(1));
        ((Action)(() => store.Put(Some(2) with { V4 = Some(1).V4 }))).Should().Throw<StoreException>();
        store.Attachments.Should().ContainSingle();
    }

    [Fact]
    public void Garbage_in_its_place_is_put_aside()
    {
        System.IO.File.WriteAllText(File, new string('x', 10_000));
        using var store = Open();
        store.WasDamaged.Should().BeTrue();
        store.Put(Some(1));
        System.IO.File.Exists(File + ".damaged").Should().BeTrue();
    }

    [Fact]
    public void A_truncated_file_is_put_aside()
    {
        Fill();
        using (var file = System.IO.File.OpenWrite(File))
            file.SetLength(file.Length / 2);
        using var store = Open();
        store.WasDamaged.Should().BeTrue();
        store.Put(Some(200));
    }

    [Fact]
    public void Whatever_bit_flips_no_row_is_ever_read_that_was_not_written()
    {
        Fill();
        var good = System.IO.File.ReadAllBytes(File);
        var written = Enumerable.Range(1, 60).Select(Some).ToDictionary(a => a.Key);
        var random = new Random(7);
        for (var round = 0; round < 150; round++)
        {
            var bytes = (byte[])good.Clone();
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            Write(bytes);
            using var store = Open();
            foreach (var attachment in store.Attachments)
                attachment.Should().BeEquivalentTo(written[attachment.Key]);
        }
    }

    /// <summary>
    /// The agent once refused to start for ever: a flipped bit had renamed a column, and SQLite calls that an error of logic, not damage.
    /// Every byte of the schema's text and of the file's header, one bit each.
    /// </summary>
    [Fact]
    public void A_schema_with_a_flipped_bit_is_put_aside_not_stumbled_over()
    {
        Fill(3);
        var good = System.IO.File.ReadAllBytes(File);
        var written = Enumerable.Range(1, 3).Select(Some).ToDictionary(a => a.Key);
        var schema = good.AsSpan().IndexOf("CREATE TABLE"u8);
        var damaged = 0;
        foreach (var at in Enumerable.Range(0, 100).Concat(Enumerable.Range(schema, 4096 - schema)))
        {
            var bytes = (byte[])good.Clone();
            bytes[at] ^= (byte)(1 << (at % 8));
            Write(bytes);
            using var store = Open();
            damaged += store.WasDamaged ? 1 : 0;
            foreach (var attachment in store.Attachments)
                attachment.Should().BeEquivalentTo(written[attachment.Key], $"byte {at} is flipped");
            store.Put(Some(4));
            store.Remove(Some(4).Key, Now);
        }

        damaged.Should().BeGreaterThan(100, "most of these bytes matter");
    }

    [Fact]
    public void A_renamed_column_is_damage()
    {
        Fill(3);
        var bytes = System.IO.File.ReadAllBytes(File);
        var column = bytes.AsSpan().IndexOf("pod_uid"u8);
        bytes[column] ^= 1;
        Write(bytes);

        using var store = Open();
        store.WasDamaged.Should().BeTrue();
        store.Put(Some(1));
        System.IO.File.Exists(File + ".damaged").Should().BeTrue();
    }

    [Fact]
    public void A_full_disk_is_a_clean_error_and_changes_nothing()
    {
        using var store = Open();
        store.Put(Some(1));

        // SQLite answers SQLITE_FULL in the same places as on a full disk.
        store.LimitPages(1);
        var refused = 0;
        for (var i = 2; i < 200 && refused == 0; i++)
        {
            try
            {
                store.Put(Some(i));
            }
            catch (StoreException)
            {
                refused = i;
            }
        }

        refused.Should().BePositive();
        store.Find(Some(refused).Key).Should().BeNull();
        store.Find(Some(1).Key).Should().NotBeNull();
    }

    private void Fill(int attachments = 60)
    {
        using var store = Open();
        for (var i = 1; i <= attachments; i++)
            store.Put(Some(i));
    }

    private void Write(byte[] bytes)
    {
        foreach (var file in _directory.GetFiles())
            file.Delete();
        System.IO.File.WriteAllBytes(File, bytes);
    }

    private AttachmentStore Open(string boot = "this boot") => AttachmentStore.Open(File, boot, NullLogger.Instance);

    private static Attachment Some(int i) =>
        new()
        {
            Key = new AttachmentKey("overlay", $"container-{i}", "eth0"),
            NetworkNamespace = $"/var/run/netns/pod-{i}",
            PodUid = $"uid-{i}",
            PodNamespace = "shop",
            PodName = $"front-{i}",
            PodLabels = ImmutableSortedDictionary<string, string>.Empty.Add("app", "front"),
            V4 = new IPAddress([10, 255, 1, (byte)i]),
            State = AttachmentState.Attached,
        };
}
