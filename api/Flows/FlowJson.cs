using System.Text.Json.Serialization;

namespace Overlay.Api.Flows;

/// <summary>
/// How flows are written: one line each. Everything that is not plain ASCII, and every control character, is escaped: whatever a name or label holds, a line
/// stays one line, and a terminal prints nothing but text.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(Flow))]
public sealed partial class FlowJson : JsonSerializerContext;
