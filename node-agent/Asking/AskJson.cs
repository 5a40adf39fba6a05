using System.Text.Json.Serialization;
using Overlay.NodeAgent.Asking.Questions;

namespace Overlay.NodeAgent.Asking;

/// <summary>How answers are written.</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(VersionAnswer))]
[JsonSerializable(typeof(RulesAnswer))]
internal sealed partial class AskJson : JsonSerializerContext;
