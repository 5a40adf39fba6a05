using System.Collections.Immutable;
using Overlay.Api.Objects;

namespace Overlay.Policy;

/// <summary>Gives equal selectors one object: a thousand policies that select <c>app=front</c> are resolved once.</summary>
internal sealed class SelectorPool
{
    private readonly Dictionary<string, Selector> _selectors = new(StringComparer.Ordinal) { [""] = Everything };

    /// <summary>The empty selector, in every pool.</summary>
    public static Selector Everything { get; } = new([]);

    /// <summary>Compiles a selector that has been found valid.</summary>
    /// <param name="selector">The selector; null counts as empty here.</param>
    public Selector Get(LabelSelector? selector)
    {
        if (selector is null)
        {
            return Everything;
        }

        var requirements = new List<Requirement>();
        foreach (var (key, value) in selector.MatchLabels ?? ImmutableSortedDictionary<string, string>.Empty)
        {
            requirements.Add(new Requirement(key, LabelOperator.In, [value]));
        }

        foreach (var expression in Arrays.OrEmpty(selector.MatchExpressions))
        {
            var values = Arrays.OrEmpty(expression.Values).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
            requirements.Add(new Requirement(expression.Key, expression.Operator, [.. values]));
        }

        // The order of requirements has no meaning; sorting them lets equal selectors meet.
        var sorted = requirements.OrderBy(requirement => requirement.ToString(), StringComparer.Ordinal).ToImmutableArray();
        var text = string.Join("; ", sorted);
        if (!_selectors.TryGetValue(text, out var compiled))
        {
            _selectors.Add(text, compiled = new Selector(sorted));
        }

        return compiled;
    }
}
