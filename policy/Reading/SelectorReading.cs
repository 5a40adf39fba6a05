using System.Collections.Immutable;
using Overlay.Api.Objects;

namespace Overlay.Policy;

/// <summary>Finds what is wrong with a label selector (apimachinery's ValidateLabelSelector).</summary>
internal static class SelectorReading
{
    private const string KeyCure = "a label key is [prefix/]name: at most 63 letters, digits, - _ . beginning and ending with a letter or digit";
    private const string ValueCure = "a label value is empty or at most 63 letters, digits, - _ . beginning and ending with a letter or digit";

    /// <summary>Adds the selector's problems; false when there are any.</summary>
    public static bool Check(Problems problems, string path, LabelSelector? selector)
    {
        var before = problems.Count;
        if (selector is null)
        {
            return true;
        }

        foreach (var (key, value) in selector.MatchLabels ?? ImmutableSortedDictionary<string, string>.Empty)
        {
            if (!LabelSyntax.IsKey(key))
            {
                problems.Add($"{path}.matchLabels", key, KeyCure);
            }

            if (!LabelSyntax.IsValue(value))
            {
                problems.Add($"{path}.matchLabels[{key}]", value, ValueCure);
            }
        }

        var expressions = Arrays.OrEmpty(selector.MatchExpressions);
        for (var i = 0; i < expressions.Length; i++)
        {
            Check(problems, $"{path}.matchExpressions[{i}]", expressions[i]);
        }

        return problems.Count == before;
    }

    private static void Check(Problems problems, string path, LabelSelectorRequirement? expression)
    {
        if (!LabelSyntax.IsKey(expression?.Key))
        {
            problems.Add($"{path}.key", expression?.Key, KeyCure);
        }

        var values = Arrays.OrEmpty(expression?.Values);
        switch (expression?.Operator)
        {
            case LabelOperator.In or LabelOperator.NotIn when values.IsEmpty:
                problems.Add($"{path}.values", "", $"{expression.Operator} needs at least one value");
                break;
            case LabelOperator.Exists or LabelOperator.DoesNotExist when !values.IsEmpty:
                problems.Add($"{path}.values", string.Join(", ", values), $"{expression.Operator} takes no values: leave them out");
                break;
            case LabelOperator.In or LabelOperator.NotIn or LabelOperator.Exists or LabelOperator.DoesNotExist:
                break;
            default:
                problems.Add($"{path}.operator", "", "an operator is In, NotIn, Exists or DoesNotExist");
                break;
        }

        for (var i = 0; i < values.Length; i++)
        {
            if (!LabelSyntax.IsValue(values[i]))
            {
                problems.Add($"{path}.values[{i}]", values[i], ValueCure);
            }
        }
    }
}
