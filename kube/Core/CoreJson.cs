using System.Text.Json.Serialization;
using Overlay.Api.Json;

namespace Overlay.Kube.Core;

/// <summary>How the slim core kinds are read and written; the same rules as <see cref="OverlayJson"/>.</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    Converters = [typeof(KubernetesTimeConverter)])]
[JsonSerializable(typeof(Pod))]
[JsonSerializable(typeof(PodMetadata))]
[JsonSerializable(typeof(Node))]
[JsonSerializable(typeof(Namespace))]
[JsonSerializable(typeof(Lease))]
[JsonSerializable(typeof(Event))]
public sealed partial class CoreJson : JsonSerializerContext;
