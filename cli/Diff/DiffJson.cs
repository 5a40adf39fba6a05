using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Overlay.Policy;

namespace Overlay.Cli.Diff;

/// <summary>The difference for programs.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ImmutableArray<ReachChange>))]
internal sealed partial class DiffJson : JsonSerializerContext;
