using System.Text.Json.Serialization;

namespace Overlay.Images.Oci;

/// <summary>oci-layout.</summary>
internal sealed record Layout(string ImageLayoutVersion);

/// <summary>index.json.</summary>
internal sealed record Index(int SchemaVersion, string MediaType, IReadOnlyList<Descriptor> Manifests);

/// <summary>An image's manifest.</summary>
internal sealed record Manifest(
    int SchemaVersion,
    string MediaType,
    Descriptor Config,
    IReadOnlyList<Descriptor> Layers,
    IReadOnlyDictionary<string, string> Annotations
);

/// <summary>A reference to a blob.</summary>
internal sealed record Descriptor(string MediaType, string Digest, long Size, Platform? Platform, IReadOnlyDictionary<string, string>? Annotations);

/// <summary>What an image runs on.</summary>
internal sealed record Platform(string Architecture, string Os);

/// <summary>An image's configuration.</summary>
internal sealed record Config(
    DateTimeOffset Created,
    string Architecture,
    string Os,
    [property: JsonPropertyName("config")] Execution Execution,
    RootFs Rootfs,
    IReadOnlyList<History> History
);

/// <summary>How the image's program is run. The names are Docker's, whence the capitals.</summary>
internal sealed record Execution(
    [property: JsonPropertyName("User")] string User,
    [property: JsonPropertyName("Env")] IReadOnlyList<string> Environment,
    [property: JsonPropertyName("Entrypoint")] IReadOnlyList<string> Entrypoint,
    [property: JsonPropertyName("WorkingDir")] string WorkingDirectory,
    [property: JsonPropertyName("Labels")] IReadOnlyDictionary<string, string> Labels
);

/// <summary>The uncompressed layers' sums.</summary>
internal sealed record RootFs(string Type, [property: JsonPropertyName("diff_ids")] IReadOnlyList<string> DiffIds);

/// <summary>What made a layer.</summary>
internal sealed record History(DateTimeOffset Created, [property: JsonPropertyName("created_by")] string CreatedBy);

/// <summary>An image in <c>docker load</c>'s manifest.json.</summary>
internal sealed record DockerImage(
    [property: JsonPropertyName("Config")] string Config,
    [property: JsonPropertyName("RepoTags")] IReadOnlyList<string> RepoTags,
    [property: JsonPropertyName("Layers")] IReadOnlyList<string> Layers
);
