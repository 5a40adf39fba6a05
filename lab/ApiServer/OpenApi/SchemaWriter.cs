using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Objects;
using Overlay.Lab.ApiServer.Schemas;

namespace Overlay.Lab.ApiServer.OpenApi;

/// <summary>Writes schemas as OpenAPI definitions, named ones by reference; both versions differ in little.</summary>
/// <param name="prefix"><c>#/definitions/</c> (version 2) or <c>#/components/schemas/</c> (version 3).</param>
internal sealed class SchemaWriter(string prefix)
{
    private readonly SortedDictionary<string, JsonObject?> definitions = new(StringComparer.Ordinal);

    private bool IsV2 => prefix is "#/definitions/";

    /// <summary>Everything written so far, by name.</summary>
    public JsonObject Definitions => new(definitions.Select(d => KeyValuePair.Create(d.Key, d.Value?.DeepClone())));

    /// <summary>Writes a kind's definition with the kinds it stands for; it gets a name even when its schema has none.</summary>
    public string Define(Schema schema, string fallbackName, ImmutableArray<JsonObject> kinds)
    {
        var name = schema.DefinitionName ?? fallbackName;
        var definition = Body(schema);
        definition["x-kubernetes-group-version-kind"] = new JsonArray([.. kinds.Select(k => (JsonNode)k)]);
        definitions[name] = definition;
        return name;
    }

    public void Define(string name, JsonObject definition) => definitions[name] = definition;

    public JsonObject Reference(string name) => new() { ["$ref"] = prefix + name };

    private JsonObject Write(Schema schema)
    {
        if (schema.DefinitionName is not { } name)
            return Body(schema);
        if (!definitions.ContainsKey(name))
        {
            definitions[name] = null;
            definitions[name] = Body(schema with { DescriptionKey = TypeKey(schema) });
        }
        var reference = Reference(name);
        if (!IsV2)
            reference = new JsonObject { ["allOf"] = new JsonArray(reference) };
        if (Description(schema) is { } description)
            reference["description"] = description;
        return reference;
    }

    /// <summary>A property's own description hides its type's: the type is described by its own key.</summary>
    private static string? TypeKey(Schema schema) => schema.TypeDescriptionKey ?? schema.DescriptionKey;

    private JsonObject Body(Schema schema)
    {
        var body = new JsonObject();
        if (Description(schema) is { } description)
            body["description"] = description;
        if (schema.IntOrString)
        {
            if (IsV2)
                body["type"] = "string";
            else
                body["oneOf"] = new JsonArray(new JsonObject { ["type"] = "string" }, new JsonObject { ["type"] = "integer" });
            body["format"] = "int-or-string";
        }
        else if (schema.Type is not null)
            body["type"] = schema.Type;
        if (schema.Format is not null)
            body["format"] = schema.Format;
        if (!schema.Enum.IsEmpty)
            body["enum"] = new JsonArray([.. schema.Enum.Select(e => e?.DeepClone())]);
        if (schema.Default is not null)
            body["default"] = schema.Default.DeepClone();
        if (schema.Pattern is not null)
            body["pattern"] = schema.Pattern;
        Number(body, "minimum", schema.Minimum);
        Number(body, "maximum", schema.Maximum);
        Number(body, "minLength", schema.MinLength);
        Number(body, "maxLength", schema.MaxLength);
        Number(body, "minItems", schema.MinItems);
        Number(body, "maxItems", schema.MaxItems);
        if (!schema.Required.IsEmpty)
            body["required"] = JsonTrees.ToArray(schema.Required);
        if (!schema.Properties.IsEmpty)
            body["properties"] = new JsonObject(schema.Properties.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)Write(p.Value))));
        if (schema.AdditionalProperties is not null)
            body["additionalProperties"] = Write(schema.AdditionalProperties);
        if (schema.Items is not null)
            body["items"] = Write(schema.Items);
        Extensions(body, schema);
        return body;
    }

    private static void Extensions(JsonObject body, Schema schema)
    {
        if (schema.PreserveUnknown && schema.Type is "object")
            body["x-kubernetes-preserve-unknown-fields"] = true;
        if (schema.ListType is not null)
            body["x-kubernetes-list-type"] = schema.ListType;
        if (!schema.ListMapKeys.IsEmpty)
            body["x-kubernetes-list-map-keys"] = JsonTrees.ToArray(schema.ListMapKeys);
        if (schema.MapType is not null)
            body["x-kubernetes-map-type"] = schema.MapType;
        if (schema.PatchStrategy is not null)
            body["x-kubernetes-patch-strategy"] = schema.PatchStrategy;
        if (schema.PatchMergeKey is not null)
            body["x-kubernetes-patch-merge-key"] = schema.PatchMergeKey;
    }

    private static void Number(JsonObject body, string name, double? value)
    {
        if (value is { } number)
            body[name] = number == Math.Truncate(number) ? (JsonNode)(long)number : number;
    }

    private static string? Description(Schema schema) => schema.Description ?? ModelDescriptions.Find(schema.DescriptionKey);
}
