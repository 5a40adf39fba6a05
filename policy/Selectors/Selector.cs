using System.Collections.Immutable;
using Overlay.Api.Objects;

namespace Overlay.Policy;

/// <summary>A compiled label selector. Compared by what it asks for, however it was written.</summary>
internal sealed class Selector : IEquatable<Selector>
{
    private readonly int _hash;

    private Selector(ImmutableArray<Requirement> requirements)
    {
        Requirements = requirements;
        foreach (var requirement in requirements)
        {
            _hash = HashCode.Combine(_hash, requirement);
        }
    }

    /// <summary>The empty selector.</summary>
    public static Selector Everything { get; } = new([]);

    /// <summary>What must be met, all of it.</summary>
    public ImmutableArray<Requirement> Requirements { get; }

    /// <summary>Whether it has no requirement: an empty selector selects everything.</summary>
    public bool IsEverything => Requirements.IsEmpty;

    /// <summary>The label keys it asks for.</summary>
    public IEnumerable<string> Keys => Requirements.Select(requirement => requirement.Key);

    /// <summary>Compiles a selector that has been found valid.</summary>
    /// <param name="selector">The selector; null counts as empty here.</param>
    public static Selector Of(LabelSelector? selector)
    {
        var requirements = new List<Requirement>();
        foreach (var (key, value) in selector?.MatchLabels ?? ImmutableSortedDictionary<string, string>.Empty)
        {
            requirements.Add(new Requirement(Texts.Shared(key), LabelOperator.In, [value]));
        }

        foreach (var expression in Arrays.OrEmpty(selector?.MatchExpressions))
        {
            var values = Arrays.OrEmpty(expression.Values).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
            requirements.Add(new Requirement(Texts.Shared(expression.Key), expression.Operator, [.. values]));
        }

        // The order of requirements has no meaning; sorting them lets equal selectors meet.
        return requirements.Count == 0 ? Everything
            : requirements.Count == 1 ? new Selector([requirements[0]])
            : new Selector([.. requirements.OrderBy(requirement => requirement.ToString(), StringComparer.Ordinal)]);
    }

    /// <summary>Judges labels that are known in full.</summary>
    /// <param name="labels">All labels.</param>
    public bool Selects(IReadOnlyDictionary<string, string> labels)
    {
        foreach (var requirement in Requirements)
        {
            if (!requirement.IsMetBy(labels.TryGetValue(requirement.Key, out var value) ? value : null))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Judges what a tag records. A requirement on a key that is not recorded is Unknown, for NotIn and DoesNotExist too:
    /// the pods behind the tag may or may not carry it.
    /// </summary>
    /// <param name="tag">The tag's record.</param>
    public Match Judge(KnownTag tag)
    {
        var match = Match.Yes;
        foreach (var requirement in Requirements)
        {
            if (!tag.Records(requirement.Key))
            {
                match = Match.Unknown;
            }
            else if (!requirement.IsMetBy(tag.Value(requirement.Key)))
            {
                return Match.No;
            }
        }

        return match;
    }

    /// <inheritdoc />
    public bool Equals(Selector? other) =>
        ReferenceEquals(this, other) || (other is not null && _hash == other._hash && Requirements.AsSpan().SequenceEqual(other.Requirements.AsSpan()));

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as Selector);

    /// <inheritdoc />
    public override int GetHashCode() => _hash;

    /// <inheritdoc />
    public override string ToString() => string.Join("; ", Requirements);
}
