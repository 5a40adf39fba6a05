using System.Collections.Immutable;
using Overlay.Lab.ApiServer.Schemas;
using Overlay.Lab.ApiServer.Storage;

namespace Overlay.Lab.ApiServer.Resources;

/// <summary>A kind in one version, as it is served: names, scope, subresources, schema and columns.</summary>
internal sealed record ResourceType
{
    public required string Group { get; init; }
    public required string Version { get; init; }
    public required string Plural { get; init; }
    public required string Singular { get; init; }
    public required string Kind { get; init; }
    public required bool Namespaced { get; init; }
    public string? ListKindName { get; init; }
    public ImmutableArray<string> ShortNames { get; init; } = [];
    public ImmutableArray<string> Categories { get; init; } = [];
    public bool HasStatus { get; init; }
    public bool HasScale { get; init; }

    /// <summary>Whether <c>metadata.generation</c> counts changes of the spec.</summary>
    public bool HasGeneration { get; init; }
    public bool IsCustom { get; init; }
    public Schema Schema { get; init; } = Schema.Anything;
    public ImmutableArray<PrinterColumn> Columns { get; init; } = [];
    public ImmutableArray<SelectableField> Fields { get; init; } = [];

    /// <summary>Set when clients shall be warned off this version.</summary>
    public string? DeprecationWarning { get; init; }

    public string ListKind => ListKindName ?? Kind + "List";
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";
    public string StorageKey => $"{Group}/{Plural}";

    /// <summary>As messages name it: <c>pods</c>, <c>subnets.overlay-cni.io</c>.</summary>
    public string QualifiedResource => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    public string QualifiedKind => Group.Length == 0 ? Kind : $"{Kind}.{Group}";

    public string BasePath => Group.Length == 0 ? $"/api/{Version}" : $"/apis/{Group}/{Version}";

    public static IReadOnlyList<string> Verbs { get; } = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

    public bool Is(string group, string plural) =>
        string.Equals(Group, group, StringComparison.Ordinal) && string.Equals(Plural, plural, StringComparison.Ordinal);
}
