using System.Collections.Immutable;

namespace Overlay.Conformance.Data;

/// <summary>One file of cases: a suite with the environments that its cases use. Refers to no other file.</summary>
public sealed record ConformanceFile
{
    /// <summary>The schema that this runner reads.</summary>
    public const int KnownSchema = 1;

    /// <summary>The version of the schema.</summary>
    public required int SchemaVersion { get; init; }

    /// <summary>The suite's name.</summary>
    public required string Suite { get; init; }

    /// <summary>By id.</summary>
    public required ImmutableSortedDictionary<string, EnvironmentDeclaration> Environments { get; init; }

    /// <summary>The cases.</summary>
    public required ImmutableArray<ConformanceCase> Cases { get; init; }
}
