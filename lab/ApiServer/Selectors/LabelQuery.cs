using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Overlay.Lab.ApiServer.Http;

namespace Overlay.Lab.ApiServer.Selectors;

/// <summary>A label selector in its query form: <c>a=b,c!=d,e in (f,g),h notin (i),j,!k,l&gt;1</c>.</summary>
internal sealed partial class LabelQuery
{
    private readonly ImmutableArray<Func<IReadOnlyDictionary<string, string>, bool>> terms;

    private LabelQuery(ImmutableArray<Func<IReadOnlyDictionary<string, string>, bool>> terms) => this.terms = terms;

    public static LabelQuery Everything { get; } = new([]);

    public static LabelQuery Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return Everything;
        return new LabelQuery([.. Split(text).Select(part => ParseTerm(part.Trim(), text))]);
    }

    public bool Matches(IReadOnlyDictionary<string, string> labels) => terms.All(t => t(labels));

    private static Func<IReadOnlyDictionary<string, string>, bool> ParseTerm(string term, string whole)
    {
        var match = Form().Match(term);
        if (!match.Success)
            throw ApiException.BadRequest($"unable to parse requirement: found '{term}' in '{whole}', expected: a label selector");
        var key = match.Groups["key"].Value;
        if (match.Groups["absent"].Success)
            return labels => !labels.ContainsKey(key);
        var value = match.Groups["value"].Value;
        var among = match.Groups["set"].Value.Split(',').Select(v => v.Trim()).ToHashSet(StringComparer.Ordinal);
        return match.Groups["op"].Value switch
        {
            "=" or "==" => labels => labels.TryGetValue(key, out var has) && string.Equals(has, value, StringComparison.Ordinal),
            "!=" => labels => !labels.TryGetValue(key, out var has) || !string.Equals(has, value, StringComparison.Ordinal),
            ">" => labels => NumberOf(labels, key) > long.Parse(value, CultureInfo.InvariantCulture),
            "<" => labels => NumberOf(labels, key) < long.Parse(value, CultureInfo.InvariantCulture),
            _ => match.Groups["setop"].Value switch
            {
                "in" => labels => labels.TryGetValue(key, out var has) && among.Contains(has),
                "notin" => labels => !labels.TryGetValue(key, out var has) || !among.Contains(has),
                _ => labels => labels.ContainsKey(key),
            },
        };
    }

    private static long? NumberOf(IReadOnlyDictionary<string, string> labels, string key) =>
        labels.TryGetValue(key, out var text) && long.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Splits at commas outside of parentheses.</summary>
    private static IEnumerable<string> Split(string text)
    {
        var (depth, start) = (0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            depth += text[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (text[i] == ',' && depth == 0)
            {
                yield return text[start..i];
                start = i + 1;
            }
        }
        yield return text[start..];
    }

    [GeneratedRegex(@"^((?<absent>!)\s*(?<key>[A-Za-z0-9][\w./-]*)|(?<key>[A-Za-z0-9][\w./-]*)(\s*(?<op>==|!=|=|>|<)\s*(?<value>[\w.-]*)|\s+(?<setop>in|notin)\s*\((?<set>[\w.,\s-]*)\))?)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Form();
}
