using System.Text.Json;

namespace Overlay.Images.Oci;

/// <summary>An image for one architecture: its manifest, its configuration, its layers.</summary>
internal sealed record OciImage(ImageIdentity Identity, Platform Platform, Blob Manifest, Blob Config, IReadOnlyList<Layer> Layers)
{
    public static OciImage Of(ImageIdentity identity, ImageDescription description, Architecture architecture, IReadOnlyList<Layer> layers)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["org.opencontainers.image.title"] = description.Title,
            ["org.opencontainers.image.description"] = description.Description,
            ["org.opencontainers.image.version"] = identity.Version,
            ["org.opencontainers.image.revision"] = identity.Revision,
        };
        var config = new Config(
            identity.Created,
            architecture.Name,
            "linux",
            new Execution(
                description.User,
                ["PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
                description.Entrypoint,
                "/",
                labels
            ),
            new RootFs("layers", [.. layers.Select(layer => layer.DiffId)]),
            [.. layers.Select(layer => new History(identity.Created, $"make images: images/{layer.Name}/files"))]
        );
        var configBlob = new Blob(MediaTypes.Config, JsonSerializer.SerializeToUtf8Bytes(config, OciJson.Default.Config));
        var manifest = new Manifest(2, MediaTypes.Manifest, configBlob.Describe(), [.. layers.Select(layer => layer.Blob.Describe())], labels);
        return new OciImage(
            identity,
            new Platform(architecture.Name, "linux"),
            new Blob(MediaTypes.Manifest, JsonSerializer.SerializeToUtf8Bytes(manifest, OciJson.Default.Manifest)),
            configBlob,
            layers
        );
    }
}
