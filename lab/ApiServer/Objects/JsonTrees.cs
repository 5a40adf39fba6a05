using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Overlay.Lab.ApiServer.Objects;

/// <summary>Short ways through JSON trees: the server treats objects of every kind alike, as trees.</summary>
internal static class JsonTrees
{
    public static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonWriterOptions Writer = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    // CustomResourceDefinitions nest deeper than the serializer's 64.
    public static readonly JsonDocumentOptions Deep = new() { MaxDepth = 256 };

    public static JsonObject ParseObject(this byte[] json) => JsonNode.Parse(json, documentOptions: Deep)!.AsObject();

    public static byte[] ToBytes(this JsonNode node)
    {
        using var buffer = new MemoryStream(1024);
        using (var writer = new Utf8JsonWriter(buffer, Writer))
            node.WriteTo(writer);
        return buffer.ToArray();
    }

    /// <summary>The object's metadata, made when absent.</summary>
    public static JsonObject Meta(this JsonObject node)
    {
        if (node["metadata"] is JsonObject meta)
            return meta;
        meta = [];
        node["metadata"] = meta;
        return meta;
    }

    /// <summary>A string property; null when it is absent or not a string.</summary>
    public static string? Text(this JsonObject node, string property) =>
        node[property] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>A whole-number property; null when it is absent or not one.</summary>
    public static long? Number(this JsonObject node, string property) =>
        node[property] is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.TryGetValue<long>(out var number) ? number : null;

    /// <summary>A scalar as text, the way selectors and printer columns show it.</summary>
    public static string AsText(this JsonNode node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : node.ToJsonString(Compact);

    /// <summary>The node at a dotted path, or null.</summary>
    public static JsonNode? Find(this JsonObject node, string path)
    {
        JsonNode? at = node;
        foreach (var step in path.Split('.'))
        {
            if (at is not JsonObject inner)
                return null;
            at = inner[step];
        }
        return at;
    }

    public static JsonObject? Object(this JsonObject node, string property) => node[property] as JsonObject;

    public static JsonObject ObjectOrNew(this JsonObject node, string property)
    {
        if (node[property] is JsonObject inner)
            return inner;
        inner = [];
        node[property] = inner;
        return inner;
    }

    public static JsonArray? Array(this JsonObject node, string property) => node[property] as JsonArray;

    public static JsonArray ToArray(IEnumerable<string> items) => [.. items.Select(i => (JsonNode?)JsonValue.Create(i))];

    public static bool Same(JsonNode? a, JsonNode? b) => JsonNode.DeepEquals(a, b);

    /// <summary>Copies a property from another object, or removes it where the other has none.</summary>
    public static void Mirror(this JsonObject target, JsonObject source, string property)
    {
        if (source.TryGetPropertyValue(property, out var value))
            target[property] = value?.DeepClone();
        else
            target.Remove(property);
    }
}
