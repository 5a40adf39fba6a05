using System.Globalization;
using Overlay.Api.Policies;

namespace Overlay.Policy;

/// <summary>Names one rule of one policy: what decided.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Direction">Whether it is one of its ingress or of its egress rules.</param>
/// <param name="Rule">The rule's place in that list, from 0.</param>
public readonly record struct RuleReference(PolicyName Policy, PolicyType Direction, int Rule) : IComparable<RuleReference>
{
    /// <summary>Orders ingress before egress, then by policy and place.</summary>
    /// <param name="other">The other rule.</param>
    public int CompareTo(RuleReference other)
    {
        var order = Direction.CompareTo(other.Direction);
        order = order == 0 ? Policy.CompareTo(other.Policy) : order;
        return order == 0 ? Rule.CompareTo(other.Rule) : order;
    }

    /// <summary>As <c>shop/front ingress[0]</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Policy} {(Direction == PolicyType.Ingress ? "ingress" : "egress")}[{Rule}]");

    /// <summary>Orders as <see cref="CompareTo"/>.</summary>
    public static bool operator <(RuleReference left, RuleReference right) => left.CompareTo(right) < 0;

    /// <summary>Orders as <see cref="CompareTo"/>.</summary>
    public static bool operator >(RuleReference left, RuleReference right) => left.CompareTo(right) > 0;

    /// <summary>Orders as <see cref="CompareTo"/>.</summary>
    public static bool operator <=(RuleReference left, RuleReference right) => left.CompareTo(right) <= 0;

    /// <summary>Orders as <see cref="CompareTo"/>.</summary>
    public static bool operator >=(RuleReference left, RuleReference right) => left.CompareTo(right) >= 0;
}
