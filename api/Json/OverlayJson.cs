using System.Text.Json.Serialization;
using Overlay.Api.Network;
using Overlay.Api.Policies;
using Overlay.Api.Subnets;
using Overlay.Api.Workloads;

namespace Overlay.Api.Json;

/// <summary>
/// How Overlay's kinds are read and written: camelCase, enums by name, unknown fields skipped, nulls left out.
/// Generated at compile time, so that it trims and compiles ahead of time.
/// </summary>
/// <remarks>
/// Properties of the kinds that have a default are <c>set</c>, not <c>init</c>: the generated code hands init-only
/// properties to the object initializer all at once, and so overwrites the default of each field that the JSON lacks
/// (dotnet/runtime#58770). Treat the records as immutable all the same and change them by <c>with</c>.
/// </remarks>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    Converters = [typeof(KubernetesTimeConverter)])]
[JsonSerializable(typeof(OverlayNetwork))]
[JsonSerializable(typeof(Subnet))]
[JsonSerializable(typeof(WorkloadTag))]
[JsonSerializable(typeof(OverlayPolicy))]
[JsonSerializable(typeof(NetworkPolicy))]
[JsonSerializable(typeof(ClusterNetworkPolicy))]
public sealed partial class OverlayJson : JsonSerializerContext;
