using System.Text.Json.Serialization;

namespace Overlay.Asking.Answers;

/// <summary>How answers are written and read. The files of this folder are compiled into both the agent and kubectl-overlay.</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(VersionAnswer))]
[JsonSerializable(typeof(RulesAnswer))]
[JsonSerializable(typeof(SenderAnswer))]
[JsonSerializable(typeof(JudgeAnswer))]
[JsonSerializable(typeof(StateAnswer))]
[JsonSerializable(typeof(ListeningAnswer))]
[JsonSerializable(typeof(DepartureAnswer))]
[JsonSerializable(typeof(ArrivalAnswer))]
internal sealed partial class AskJson : JsonSerializerContext;
