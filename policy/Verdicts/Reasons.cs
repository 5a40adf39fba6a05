using System.Collections.Immutable;
using Overlay.Api.Policies;

namespace Overlay.Policy;

/// <summary>The rules that together allow something: sorted, without doubles, compared by content.</summary>
/// <remarks>Where a source's egress and a destination's ingress were judged together, rules of both directions are here.</remarks>
public sealed class Reasons : IEquatable<Reasons>
{
    private Reasons(ImmutableArray<RuleReference> rules) => Rules = rules;

    /// <summary>No rule at all.</summary>
    public static Reasons None { get; } = new([]);

    /// <summary>All rules, ingress first, then by the policy's namespace, name, and place in it.</summary>
    public ImmutableArray<RuleReference> Rules { get; }

    /// <summary>One rule.</summary>
    /// <param name="rule">The rule.</param>
    public static Reasons Of(RuleReference rule) => new([rule]);

    /// <summary>Any number of rules, in any order.</summary>
    /// <param name="rules">The rules; doubles are dropped.</param>
    public static Reasons Of(IEnumerable<RuleReference> rules) => new([.. rules.Distinct().Order()]);

    /// <summary>These rules and others'.</summary>
    /// <param name="other">The others.</param>
    public Reasons And(Reasons other)
    {
        if (Rules.IsEmpty || ReferenceEquals(this, other))
        {
            return other;
        }

        return other.Rules.IsEmpty ? this : Of(Rules.Concat(other.Rules));
    }

    /// <inheritdoc />
    public bool Equals(Reasons? other) => other is not null && (ReferenceEquals(this, other) || Rules.AsSpan().SequenceEqual(other.Rules.AsSpan()));

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as Reasons);

    /// <inheritdoc />
    public override int GetHashCode() => Rules.IsEmpty ? 0 : HashCode.Combine(Rules.Length, Rules[0]);

    /// <summary>
    /// Short enough for a comment in the kernel, and stable: the first rule of each direction, and how many more there are,
    /// as <c>shop/front ingress[0], shop/out egress[1], 2 more</c>.
    /// </summary>
    public override string ToString()
    {
        var named = Rules.Where((rule, i) => i == 0 || rule.Direction != Rules[i - 1].Direction).Select(rule => rule.ToString()).ToList();
        var more = Rules.Length - named.Count;
        return more == 0 ? string.Join(", ", named) : string.Join(", ", named) + $", {more} more";
    }

    /// <summary>The rules of one direction.</summary>
    /// <param name="direction">Ingress or egress.</param>
    public IEnumerable<RuleReference> Of(PolicyType direction) => Rules.Where(rule => rule.Direction == direction);
}
