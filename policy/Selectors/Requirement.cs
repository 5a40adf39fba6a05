using System.Collections.Immutable;
using Overlay.Api.Objects;

namespace Overlay.Policy;

/// <summary>One requirement of a selector, in Kubernetes' meaning: a missing key satisfies NotIn and DoesNotExist.</summary>
/// <param name="Key">The label key.</param>
/// <param name="Operator">How the value relates to <paramref name="Values"/>.</param>
/// <param name="Values">Sorted (ordinal), for In and NotIn.</param>
internal sealed record Requirement(string Key, LabelOperator Operator, ImmutableArray<string> Values)
{
    /// <summary>Whether a value, or the key's absence (null), meets it.</summary>
    public bool IsMetBy(string? value) =>
        Operator switch
        {
            LabelOperator.In => value is not null && Lists(value),
            LabelOperator.NotIn => value is null || !Lists(value),
            LabelOperator.Exists => value is not null,
            LabelOperator.DoesNotExist => value is null,
            _ => false,
        };

    /// <inheritdoc />
    public bool Equals(Requirement? other) =>
        other is not null && Operator == other.Operator && string.Equals(Key, other.Key, StringComparison.Ordinal) && Values.AsSpan().SequenceEqual(other.Values.AsSpan());

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Key, Operator, Values.IsEmpty ? null : Values[0]);

    /// <summary>Equal texts mean equal requirements. Keys and values hold none of the separators.</summary>
    public override string ToString() => $"{Key} {Operator} ({string.Join(',', Values)})";

    private bool Lists(string value)
    {
        foreach (var listed in Values)
        {
            if (string.Equals(listed, value, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
