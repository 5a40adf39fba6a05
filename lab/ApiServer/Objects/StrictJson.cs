using System.Text.Json;
using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Http;

namespace Overlay.Lab.ApiServer.Objects;

/// <summary>JSON to a tree, noting fields that come twice: the last one counts, as in Go, but strict field validation refuses them.</summary>
internal static class StrictJson
{
    private const int Deepest = 256;

    public static ParsedBody Parse(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = Deepest });
        reader.Read();
        var duplicates = new List<string>();
        var node = Value(ref reader, "", duplicates) as JsonObject ?? throw new JsonException("expected an object");
        if (reader.Read())
            throw new JsonException("unexpected text after the object");
        return new ParsedBody(node, duplicates);
    }

    private static JsonNode? Value(ref Utf8JsonReader reader, string path, List<string> duplicates) => reader.TokenType switch
    {
        JsonTokenType.StartObject => Object(ref reader, path, duplicates),
        JsonTokenType.StartArray => List(ref reader, path, duplicates),
        JsonTokenType.String => JsonValue.Create(reader.GetString()),
        JsonTokenType.True => JsonValue.Create(true),
        JsonTokenType.False => JsonValue.Create(false),
        JsonTokenType.Null => null,
        _ => reader.TryGetInt64(out var whole) ? JsonValue.Create(whole) : JsonValue.Create(reader.GetDouble()),
    };

    private static JsonObject Object(ref Utf8JsonReader reader, string path, List<string> duplicates)
    {
        var result = new JsonObject();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString()!;
            var at = path.Length == 0 ? name : $"{path}.{name}";
            if (result.ContainsKey(name))
                duplicates.Add(at);
            reader.Read();
            result[name] = Value(ref reader, at, duplicates);
        }
        return result;
    }

    private static JsonArray List(ref Utf8JsonReader reader, string path, List<string> duplicates)
    {
        var result = new JsonArray();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            result.Add(Value(ref reader, $"{path}[{result.Count}]", duplicates));
        return result;
    }
}
