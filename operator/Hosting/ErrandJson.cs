using System.Text.Json.Serialization;
using Overlay.Api.Json;
using Overlay.Operator.Definitions;
using Overlay.Operator.Uninstall;

namespace Overlay.Operator.Hosting;

/// <summary>How the kinds that only errands know are read; the same rules as <see cref="OverlayJson"/>.</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    Converters = [typeof(KubernetesTimeConverter)])]
[JsonSerializable(typeof(CustomResourceDefinition))]
[JsonSerializable(typeof(DaemonSet))]
[JsonSerializable(typeof(Deployment))]
[JsonSerializable(typeof(OurPod))]
internal sealed partial class ErrandJson : JsonSerializerContext;
