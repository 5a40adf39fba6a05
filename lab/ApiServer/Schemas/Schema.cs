using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Overlay.Lab.ApiServer.Schemas;

/// <summary>
/// A structural schema: of a custom resource as its definition gives it, or of a built-in kind. One tree serves validation, defaulting, pruning,
/// the merge patches, field ownership and the OpenAPI documents.
/// </summary>
internal sealed record Schema
{
    /// <summary>Accepts and keeps everything.</summary>
    public static Schema Anything { get; } = new() { Type = "object", PreserveUnknown = true };

    public string? Type { get; init; }
    public string? Format { get; init; }
    public string? Title { get; init; }
    public string? Description { get; init; }

    /// <summary>Where the description stands in the model classes' documentation, for built-in kinds.</summary>
    public string? DescriptionKey { get; init; }

    /// <summary>The same of the type itself, where <see cref="DescriptionKey"/> is a property's.</summary>
    public string? TypeDescriptionKey { get; init; }
    public bool Nullable { get; init; }
    public JsonNode? Default { get; init; }
    public ImmutableSortedDictionary<string, Schema> Properties { get; init; } = ImmutableSortedDictionary<string, Schema>.Empty.WithComparers(StringComparer.Ordinal);
    public Schema? AdditionalProperties { get; init; }
    public Schema? Items { get; init; }
    public ImmutableArray<string> Required { get; init; } = [];
    public ImmutableArray<JsonNode?> Enum { get; init; } = [];
    public string? Pattern { get; init; }
    public double? Minimum { get; init; }
    public double? Maximum { get; init; }
    public bool ExclusiveMinimum { get; init; }
    public bool ExclusiveMaximum { get; init; }
    public double? MultipleOf { get; init; }
    public long? MinLength { get; init; }
    public long? MaxLength { get; init; }
    public long? MinItems { get; init; }
    public long? MaxItems { get; init; }
    public long? MinProperties { get; init; }
    public long? MaxProperties { get; init; }
    public ImmutableArray<Schema> AllOf { get; init; } = [];
    public ImmutableArray<Schema> AnyOf { get; init; } = [];
    public ImmutableArray<Schema> OneOf { get; init; } = [];
    public Schema? Not { get; init; }

    /// <summary>x-kubernetes-list-type: atomic (default), set or map.</summary>
    public string? ListType { get; init; }
    public ImmutableArray<string> ListMapKeys { get; init; } = [];

    /// <summary>x-kubernetes-map-type: granular (default) or atomic.</summary>
    public string? MapType { get; init; }
    public bool IntOrString { get; init; }
    public bool PreserveUnknown { get; init; }
    public bool EmbeddedResource { get; init; }

    /// <summary>The key by which a strategic merge patch matches the items of this list; null replaces the list.</summary>
    public string? PatchMergeKey { get; init; }

    /// <summary>x-kubernetes-patch-strategy: merge, retainKeys or null for replace.</summary>
    public string? PatchStrategy { get; init; }

    /// <summary>x-kubernetes-validations, already parsed.</summary>
    public ImmutableArray<Cel.CelRule> Rules { get; init; } = [];

    /// <summary>The name under which OpenAPI documents refer to it (<c>io.k8s.api.core.v1.PodSpec</c>); null is written in place.</summary>
    public string? DefinitionName { get; init; }

    /// <summary>Properties given one by one are the only ones known.</summary>
    public bool IsClosed => !PreserveUnknown && AdditionalProperties is null;

    /// <summary>The schema of a member, by its declared property or as an additional one; null when it is not known.</summary>
    public Schema? Member(string name) => Properties.GetValueOrDefault(name) ?? AdditionalProperties;
}
