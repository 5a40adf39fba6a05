using System.Text.Json.Serialization;

namespace Overlay.Images.Oci;

/// <summary>How the documents are written: names in camel case, nothing for what is absent.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(Layout))]
[JsonSerializable(typeof(Index))]
[JsonSerializable(typeof(Manifest))]
[JsonSerializable(typeof(Config))]
[JsonSerializable(typeof(IReadOnlyList<DockerImage>))]
internal sealed partial class OciJson : JsonSerializerContext;
