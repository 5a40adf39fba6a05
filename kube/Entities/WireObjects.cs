using System.Text.Json.Serialization;

namespace Overlay.Kube.Entities;

/// <summary>meta/v1 DeleteOptions as it is sent.</summary>
internal sealed record WireDeleteOptions(string ApiVersion, string Kind, WirePreconditions? Preconditions, string? PropagationPolicy, int? GracePeriodSeconds);

/// <summary>meta/v1 Preconditions as they are sent.</summary>
internal sealed record WirePreconditions(string? Uid, string? ResourceVersion);

/// <summary>meta/v1 ListMeta.</summary>
internal sealed record WireListMeta(string? ResourceVersion, string? Continue)
{
    /// <summary>The token of the next page; null: this was the last. A list of custom resources says so by an empty one, one of a built-in kind by none.</summary>
    public string? Continue { get; } = Continue is { Length: > 0 } ? Continue : null;
}

[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Status))]
[JsonSerializable(typeof(WireDeleteOptions))]
[JsonSerializable(typeof(WireListMeta))]
internal sealed partial class WireJson : JsonSerializerContext;
