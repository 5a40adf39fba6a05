using System.Text.Json.Serialization;

namespace Overlay.Cli.Trace;

/// <summary>The report for programs.</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TraceReport))]
internal sealed partial class TraceJson : JsonSerializerContext;
