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
        var parsed = text.Split(',').Select(part => ParseTerm(part.Trim(), type)).ToImmutableArray();
        foreach (var term in parsed)
        {
            if (term.Field is not ("metadata.name" or "metadata.namespace") && term.Index < 0)
                throw ApiException.BadRequest($"field label not supported: {term.Field}");
        }
        return new FieldSelector(parsed);
    }

    public bool Matches(StoredObject item) => terms.All(t => string.Equals(ValueOf(item, t), t.Value, StringComparison.Ordinal) == t.Equal);

    private static string ValueOf(StoredObject item, Term term) => term.Field switch
    {
        "metadata.name" => item.Key.Name,
        "metadata.namespace" => item.Key.Namespace,
        _ => item.Fields[term.Index],
    };

    private static Term ParseTerm(string part, ResourceType type)
    {
        foreach (var (symbol, equal) in new[] { ("!=", false), ("==", true), ("=", true) })
        {
            var at = part.IndexOf(symbol, StringComparison.Ordinal);
            if (at <= 0)
                continue;
            var field = part[..at].Trim();
            return new Term(field, type.Fields.Select(f => f.Name).ToList().IndexOf(field), part[(at + symbol.Length)..].Trim(), equal);
        }
        throw ApiException.BadRequest($"invalid selector: '{part}'; can't understand '{part}'");
    }

    /// <param name="Index">Where the object keeps the field's value; -1 when the kind has no such field.</param>
    private sealed record Term(string Field, int Index, string Value, bool Equal);
}
