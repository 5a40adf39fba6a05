using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Overlay.Cli.Files;

/// <summary>YAML as JSON, as the API server takes it. JSON is YAML, so it reads both. Only YAML's nodes are used, never its object mapping, which needs reflection.</summary>
internal static class YamlJson
{
    /// <summary>The documents of a text; empty ones are left out.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="YamlException">It is no YAML.</exception>
    public static IReadOnlyList<JsonNode> Documents(TextReader text)
    {
        var stream = new YamlStream();
        stream.Load(text);
        return [.. stream.Documents.Select(document => Convert(document.RootNode)).OfType<JsonNode>()];
    }

    private static JsonNode? Convert(YamlNode node)
    {
        switch (node)
        {
            case YamlMappingNode map:
                var children = new JsonObject();
                foreach (var (key, value) in map.Children)
                    children.Add((key as YamlScalarNode)?.Value ?? throw new YamlException(key.Start, key.End, "a key must be a word"), Convert(value));
                return children;
            case YamlSequenceNode list:
                return new JsonArray([.. list.Children.Select(Convert)]);
            case YamlScalarNode { Style: ScalarStyle.Plain } plain when plain.Tag.IsEmpty:
                return Plain(plain.Value ?? "");
            case YamlScalarNode scalar:
                return JsonValue.Create(scalar.Value);
            default:
                throw new YamlException(node.Start, node.End, $"{node.NodeType} is not supported");
        }
    }

    // YAML 1.2's core schema (section 10.3.2), without octal and hexadecimal, which no field here takes.
    private static JsonValue? Plain(string text) =>
        text switch
        {
            "" or "~" or "null" or "Null" or "NULL" => null,
            "true" or "True" or "TRUE" => JsonValue.Create(true),
            "false" or "False" or "FALSE" => JsonValue.Create(false),
            _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => JsonValue.Create(whole),
            _ when IsDecimal(text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
            _ => JsonValue.Create(text),
        };

    // double.TryParse also takes words (NaN, Infinity), which are words here.
    private static bool IsDecimal(string text) => text.All(c => char.IsAsciiDigit(c) || c is '.' or '-' or '+' or 'e' or 'E') && text.Any(char.IsAsciiDigit);
}
