using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Cel;
using Overlay.Lab.ApiServer.Objects;

namespace Overlay.Lab.ApiServer.Schemas;

/// <summary>openAPIV3Schema to <see cref="Schema"/>.</summary>
internal static class SchemaReader
{
    /// <summary>The schema of a whole custom resource; what it says of metadata gives way to the real ObjectMeta.</summary>
    /// <exception cref="CelException">A validation rule cannot be parsed.</exception>
    public static Schema ReadRoot(JsonObject? node, string definitionName)
    {
        if (node is null)
            return Schema.Anything;
        var schema = Read(node, "openAPIV3Schema");
        return schema with
        {
            Type = "object",
            DefinitionName = definitionName,
            Properties = schema.Properties
                .SetItem("apiVersion", ModelSchemas.ApiVersion)
                .SetItem("kind", ModelSchemas.Kind)
                .SetItem("metadata", ModelSchemas.ObjectMeta),
        };
    }

    public static Schema Read(JsonObject node, string path) => new()
    {
        Type = node.Text("type"),
        Format = node.Text("format"),
        Title = node.Text("title"),
        Description = node.Text("description"),
        Nullable = Flag(node, "nullable"),
        Default = node["default"]?.DeepClone(),
        Properties = (node.Object("properties") ?? []).Where(p => p.Value is JsonObject)
            .ToImmutableSortedDictionary(p => p.Key, p => Read((JsonObject)p.Value!, $"{path}.properties[{p.Key}]"), StringComparer.Ordinal),
        AdditionalProperties = node["additionalProperties"] switch
        {
            JsonObject inner => Read(inner, path + ".additionalProperties"),
            { } flag when flag.AsText() is "true" => Schema.Anything with { Type = null },
            _ => null,
        },
        Items = node["items"] is JsonObject items ? Read(items, path + ".items") : null,
        Required = [.. (node.Array("required") ?? []).Select(r => r!.AsText())],
        Enum = [.. (node.Array("enum") ?? []).Select(e => e?.DeepClone())],
        Pattern = node.Text("pattern"),
        Minimum = Real(node, "minimum"),
        Maximum = Real(node, "maximum"),
        ExclusiveMinimum = Flag(node, "exclusiveMinimum"),
        ExclusiveMaximum = Flag(node, "exclusiveMaximum"),
        MultipleOf = Real(node, "multipleOf"),
        MinLength = node.Number("minLength"),
        MaxLength = node.Number("maxLength"),
        MinItems = node.Number("minItems"),
        MaxItems = node.Number("maxItems"),
        MinProperties = node.Number("minProperties"),
        MaxProperties = node.Number("maxProperties"),
        AllOf = List(node, "allOf", path),
        AnyOf = List(node, "anyOf", path),
        OneOf = List(node, "oneOf", path),
        Not = node["not"] is JsonObject not ? Read(not, path + ".not") : null,
        ListType = node.Text("x-kubernetes-list-type"),
        ListMapKeys = [.. (node.Array("x-kubernetes-list-map-keys") ?? []).Select(k => k!.AsText())],
        MapType = node.Text("x-kubernetes-map-type"),
        IntOrString = Flag(node, "x-kubernetes-int-or-string"),
        PreserveUnknown = Flag(node, "x-kubernetes-preserve-unknown-fields"),
        EmbeddedResource = Flag(node, "x-kubernetes-embedded-resource"),
        Rules = [.. (node.Array("x-kubernetes-validations") ?? []).OfType<JsonObject>().Select(r => CelRule.Read(r, path))],
    };

    private static ImmutableArray<Schema> List(JsonObject node, string property, string path) =>
        [.. (node.Array(property) ?? []).OfType<JsonObject>().Select((s, i) => Read(s, $"{path}.{property}[{i}]"))];

    private static bool Flag(JsonObject node, string property) => node[property]?.AsText() is "true";

    private static double? Real(JsonObject node, string property) =>
        node[property] is { } value && double.TryParse(value.AsText(), System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;
}
