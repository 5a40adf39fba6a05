using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Overlay.Cli.Policies;

/// <summary>The policies for programs.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true)]
[JsonSerializable(typeof(ImmutableArray<PolicyReport>))]
internal sealed partial class PoliciesJson : JsonSerializerContext;
