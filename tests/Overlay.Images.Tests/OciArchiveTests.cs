using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using Overlay.Images.Layers;
using Overlay.Images.Oci;

namespace Overlay.Images.Tests;

/// <summary>The archive as those read it who import it: every reference leads to a blob of that sum and size.</summary>
public sealed class OciArchiveTests
{
    private readonly Dictionary<string, byte[]> files = Read(OciArchive.Write(Image()));

    [Fact]
    public void Containerd_finds_the_fully_qualified_name_in_the_index()
    {
        var annotations = Json("index.json").GetProperty("manifests")[0].GetProperty("annotations");
        annotations.GetProperty("io.containerd.image.name").GetString().Should().Be("docker.io/overlay-cni/agent:1.2.3");
        annotations.GetProperty("org.opencontainers.image.ref.name").GetString().Should().Be("1.2.3");
    }

    [Fact]
    public void Every_blob_bears_the_name_of_its_sum() =>
        files.Where(file => file.Key.StartsWith("blobs/", StringComparison.Ordinal)).Should().OnlyContain(file => file.Key == "blobs/" + Blob.DigestOf(file.Value).Replace(':', '/'));

    [Fact]
    public void References_have_the_sizes_of_what_they_lead_to()
    {
        var manifest = Json("index.json").GetProperty("manifests")[0];
        var content = Follow(manifest);
        JsonElement[] references = [manifest, content.GetProperty("config"), .. content.GetProperty("layers").EnumerateArray()];
        references.Should().HaveCount(4).And.OnlyContain(reference => files[At(reference)].Length == reference.GetProperty("size").GetInt32());
    }

    [Fact]
    public void The_configuration_has_the_uncompressed_layers_sums_in_their_order()
    {
        var manifest = Follow(Json("index.json").GetProperty("manifests")[0]);
        var sums = manifest.GetProperty("layers").EnumerateArray().Select(layer => Blob.DigestOf(Inflate(files[At(layer)])));
        Follow(manifest.GetProperty("config")).GetProperty("rootfs").GetProperty("diff_ids").EnumerateArray().Select(id => id.GetString()).Should().Equal(sums);
    }

    [Fact]
    public void The_user_is_a_number_which_a_kubelet_can_check()
    {
        var configuration = Follow(Follow(Json("index.json").GetProperty("manifests")[0]).GetProperty("config")).GetProperty("config");
        configuration.GetProperty("User").GetString().Should().Be("65532:65532");
        configuration.GetProperty("Entrypoint")[0].GetString().Should().Be("/usr/local/bin/overlay-agent");
    }

    [Fact]
    public void Docker_finds_the_same_blobs_by_its_own_manifest()
    {
        var image = Json("manifest.json")[0];
        image.GetProperty("RepoTags")[0].GetString().Should().Be("docker.io/overlay-cni/agent:1.2.3");
        string[] paths = [image.GetProperty("Config").GetString()!, .. image.GetProperty("Layers").EnumerateArray().Select(layer => layer.GetString()!)];
        paths.Should().OnlyContain(path => files.ContainsKey(path));
    }

    [Fact]
    public void The_same_image_gives_the_same_bytes() => OciArchive.Write(Image()).Should().Equal(OciArchive.Write(Image()));

    private static OciImage Image() =>
        OciImage.Of(
            new ImageIdentity("docker.io/overlay-cni/agent", "1.2.3", DateTimeOffset.FromUnixTimeSeconds(1_700_000_000), "0123abc"),
            new ImageDescription("title", "description", ["base", "agent"], [], ["/usr/local/bin/overlay-agent"], "65532:65532"),
            Architecture.Parse("amd64"),
            [
                Layer.Of("base", [new LayerEntry.Content("etc/passwd", "root"u8.ToArray(), Executable: false)]),
                Layer.Of("agent", [new LayerEntry.Content("usr/local/bin/overlay-agent", new byte[5000], Executable: true)]),
            ]
        );

    private static string At(JsonElement reference) => "blobs/" + reference.GetProperty("digest").GetString()!.Replace(':', '/');

    private JsonElement Follow(JsonElement reference) => Json(At(reference));

    private JsonElement Json(string path) => JsonDocument.Parse(files[path]).RootElement;

    private static byte[] Inflate(byte[] bytes)
    {
        using var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        gzip.CopyTo(plain);
        return plain.ToArray();
    }

    private static Dictionary<string, byte[]> Read(byte[] archive)
    {
        using var reader = new TarReader(new MemoryStream(archive));
        Dictionary<string, byte[]> found = [];
        while (reader.GetNextEntry() is { } entry)
        {
            if (entry.EntryType is TarEntryType.RegularFile)
            {
                using var content = new MemoryStream();
                entry.DataStream?.CopyTo(content);
                found[entry.Name] = content.ToArray();
            }
        }

        return found;
    }
}
