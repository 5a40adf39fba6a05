using System.Text.Json;
using Overlay.Images.Layers;

namespace Overlay.Images.Oci;

/// <summary>
/// An image as one file: an OCI image layout in a tar, as <c>ctr images import</c> takes it, with the manifest.json beside it that
/// <c>docker load</c> looks for.
/// </summary>
internal static class OciArchive
{
    public static byte[] Write(OciImage image)
    {
        // containerd names the image by its own annotation; the specification's has the tag alone, for a layout that is pushed as it is.
        var index = new Index(
            2,
            MediaTypes.Index,
            [
                image.Manifest.Describe(
                    image.Platform,
                    new SortedDictionary<string, string>(StringComparer.Ordinal)
                    {
                        ["io.containerd.image.name"] = image.Identity.Reference,
                        ["org.opencontainers.image.ref.name"] = image.Identity.Version,
                    }
                ),
            ]
        );
        IReadOnlyList<DockerImage> docker =
        [
            new(image.Config.Path, [image.Identity.Reference], [.. image.Layers.Select(layer => layer.Blob.Path)]),
        ];
        return LayerTar.Write(
            [
                Document("oci-layout", JsonSerializer.SerializeToUtf8Bytes(new Layout("1.0.0"), OciJson.Default.Layout)),
                Document("index.json", JsonSerializer.SerializeToUtf8Bytes(index, OciJson.Default.Index)),
                Document("manifest.json", JsonSerializer.SerializeToUtf8Bytes(docker, OciJson.Default.IReadOnlyListDockerImage)),
                .. Blobs(image).Select(blob => Document(blob.Path, blob.Bytes)),
            ]
        );
    }

    private static IEnumerable<Blob> Blobs(OciImage image) => [image.Manifest, image.Config, .. image.Layers.Select(layer => layer.Blob)];

    private static LayerEntry.Content Document(string path, ReadOnlyMemory<byte> bytes) => new(path, bytes, Executable: false);
}
