using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Overlay.CrdsGenerator;

/// <summary>Block-style YAML of a JSON value. Texts that YAML could read as something else are written as JSON strings, which YAML includes.</summary>
internal static partial class YamlText
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The document, with a final newline.</summary>
    public static string Of(JsonNode node)
    {
        var text = new StringBuilder();
        Write(text, node, 0);
        return text.ToString();
    }

    private static void Write(StringBuilder text, JsonNode node, int indent)
    {
        switch (node)
        {
            case JsonObject map:
                foreach (var (key, value) in map)
                {
                    text.Append(' ', indent).Append(Scalar(key)).Append(':');
                    Value(text, value!, indent + 2);
                }

                break;
            case JsonArray list:
                foreach (var item in list)
                {
                    Item(text, item!, indent);
                }

                break;
            default:
                throw new ArgumentException($"A document begins with a map or a list, not with {node}.", nameof(node));
        }
    }

    private static void Value(StringBuilder text, JsonNode value, int indent)
    {
        if (Inline(value) is { } inline)
        {
            text.Append(' ').Append(inline).Append('\n');
            return;
        }

        text.Append('\n');
        Write(text, value, indent);
    }

    private static void Item(StringBuilder text, JsonNode item, int indent)
    {
        text.Append(' ', indent).Append("- ");
        if (Inline(item) is { } inline)
        {
            text.Append(inline).Append('\n');
            return;
        }

        // The first line of what is in the item goes behind the dash, in place of its own indent.
        var inner = new StringBuilder();
        Write(inner, item, indent + 2);
        text.Append(inner, indent + 2, inner.Length - indent - 2);
    }

    private static string? Inline(JsonNode value) => value switch
    {
        JsonObject { Count: 0 } => "{}",
        JsonArray { Count: 0 } => "[]",
        JsonObject or JsonArray => null,
        _ when value.GetValueKind() == JsonValueKind.String => Scalar(value.GetValue<string>()),
        _ => value.ToJsonString(),
    };

    private static string Scalar(string text) =>
        Bare().IsMatch(text) && !Ambiguous().IsMatch(text) ? text : JsonSerializer.Serialize(text, Plain);

    [GeneratedRegex("^[A-Za-z$./][A-Za-z0-9 _./$()-]*(, [A-Za-z0-9 _./$()-]+)*[A-Za-z0-9_./)]$|^[A-Za-z]$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Bare();

    [GeneratedRegex("^(true|false|yes|no|on|off|null|y|n)$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Ambiguous();
}
