using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Objects;

namespace Overlay.Lab.ApiServer.Rendering;

/// <summary>The JSONPath that printer columns use: <c>.a.b</c>, <c>['a.b']</c>, <c>[0]</c>, <c>[*]</c>, <c>[?(@.type=="Ready")]</c>.</summary>
internal sealed class JsonPath
{
    private readonly ImmutableArray<Func<JsonNode, IEnumerable<JsonNode?>>> steps;

    private JsonPath(ImmutableArray<Func<JsonNode, IEnumerable<JsonNode?>>> steps) => this.steps = steps;

    /// <exception cref="FormatException">The text is no path.</exception>
    public static JsonPath Parse(string text)
    {
        var parsed = ImmutableArray.CreateBuilder<Func<JsonNode, IEnumerable<JsonNode?>>>();
        for (var i = 0; i < text.Length;)
        {
            if (text[i] == '.')
            {
                var name = Name(text, i + 1, out i);
                if (name.Length > 0)
                    parsed.Add(node => Member(node, name));
            }
            else if (text[i] == '[')
            {
                var end = text.IndexOf(']', i);
                if (end < 0)
                    throw new FormatException($"unterminated array in \"{text}\"");
                parsed.Add(Bracket(text[(i + 1)..end].Trim()));
                i = end + 1;
            }
            else
                throw new FormatException($"unexpected '{text[i]}' in \"{text}\"");
        }
        return new JsonPath(parsed.ToImmutable());
    }

    /// <summary>The first value found, or null.</summary>
    public JsonNode? First(JsonNode root)
    {
        IEnumerable<JsonNode?> found = [root];
        foreach (var step in steps)
            found = found.Where(n => n is not null).SelectMany(n => step(n!));
        return found.FirstOrDefault(n => n is not null);
    }

    private static string Name(string text, int start, out int end)
    {
        var name = new StringBuilder();
        for (end = start; end < text.Length && text[end] is not ('.' or '['); end++)
        {
            if (text[end] == '\\' && end + 1 < text.Length)
                end++;
            name.Append(text[end]);
        }
        return name.ToString();
    }

    private static Func<JsonNode, IEnumerable<JsonNode?>> Bracket(string inner)
    {
        if (inner is "*")
            return node => node switch { JsonArray list => list, JsonObject map => map.Select(p => p.Value), _ => [] };
        if (inner is ['\'' or '"', ..])
            return node => Member(node, inner.Trim('\'', '"'));
        if (inner.StartsWith("?(@.", StringComparison.Ordinal) && inner.EndsWith(')') && inner.IndexOf("==", StringComparison.Ordinal) is > 0 and var at)
        {
            var path = inner[4..at].Trim();
            var value = inner[(at + 2)..^1].Trim().Trim('\'', '"');
            return node => node is JsonArray list
                ? list.OfType<JsonObject>().Where(o => string.Equals(o.Find(path)?.AsText(), value, StringComparison.Ordinal))
                : [];
        }
        if (int.TryParse(inner, CultureInfo.InvariantCulture, out var index))
            return node => node is JsonArray list && (index < 0 ? index + list.Count : index) is var i && i >= 0 && i < list.Count ? [list[i]] : [];
        throw new FormatException($"unsupported array expression [{inner}]");
    }

    private static IEnumerable<JsonNode?> Member(JsonNode node, string name) =>
        node is JsonObject map && map.TryGetPropertyValue(name, out var value) ? [value] : [];
}
