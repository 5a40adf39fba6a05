using System.Collections.Immutable;
using Overlay.Lab.ApiServer.Http;
using Overlay.Lab.ApiServer.Resources;
using Overlay.Lab.ApiServer.Storage;

namespace Overlay.Lab.ApiServer.Selectors;

/// <summary>A field selector: <c>metadata.name=a,spec.nodeName!=b</c>.</summary>
internal sealed class FieldSelector
{
    private readonly ImmutableArray<Term> terms;

    private FieldSelector(ImmutableArray<Term> terms) => this.terms = terms;

    public static FieldSelector Everything { get; } = new([]);

    /// <summary>The name asked for with <c>metadata.name=</c>, so that one object can be found without a scan.</summary>
    public string? Name => terms.FirstOrDefault(t => t is { Field: "metadata.name", Equal: true })?.Value;

    public static FieldSelector Parse(string? text, ResourceType type)
    {
        if (string.IsNullOrEmpty(text))
            return Everything;
        var parsed = text.Split(',').Select(part => ParseTerm(part.Trim())).ToImmutableArray();
        foreach (var term in parsed)
        {
            if (term.Field is not ("metadata.name" or "metadata.namespace") && !type.Fields.Any(f => string.Equals(f.Name, term.Field, StringComparison.Ordinal)))
                throw ApiException.BadRequest($"field label not supported: {term.Field}");
        }
        return new FieldSelector(parsed);
    }

    public bool Matches(StoredObject item) => terms.All(t => string.Equals(ValueOf(item, t.Field), t.Value, StringComparison.Ordinal) == t.Equal);

    private static string ValueOf(StoredObject item, string field) => field switch
    {
        "metadata.name" => item.Key.Name,
        "metadata.namespace" => item.Key.Namespace,
        _ => item.Fields.GetValueOrDefault(field, ""),
    };

    private static Term ParseTerm(string part)
    {
        foreach (var (symbol, equal) in new[] { ("!=", false), ("==", true), ("=", true) })
        {
            var at = part.IndexOf(symbol, StringComparison.Ordinal);
            if (at > 0)
                return new Term(part[..at].Trim(), part[(at + symbol.Length)..].Trim(), equal);
        }
        throw ApiException.BadRequest($"invalid selector: '{part}'; can't understand '{part}'");
    }

    private sealed record Term(string Field, string Value, bool Equal);
}
