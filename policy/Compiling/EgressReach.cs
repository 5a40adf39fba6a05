using System.Runtime.CompilerServices;

namespace Overlay.Policy;

/// <summary>An egress rule, and whose. The same only when both are the same objects.</summary>
/// <param name="Policy">Whose senders it speaks for.</param>
/// <param name="Rule">The rule.</param>
internal readonly record struct EgressReach(PolicyModel Policy, PolicyRule Rule)
{
    /// <inheritdoc />
    public bool Equals(EgressReach other) => ReferenceEquals(Policy, other.Policy) && ReferenceEquals(Rule, other.Rule);

    /// <inheritdoc />
    public override int GetHashCode() => RuntimeHelpers.GetHashCode(Rule);
}
