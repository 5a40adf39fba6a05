using System.Collections.Immutable;

namespace Overlay.NodeAgent.Rules.Walk;

/// <summary>Where a packet's way through the rules ends.</summary>
/// <param name="Verdict"><c>accept</c>, <c>drop</c> or <c>reject</c>.</param>
/// <param name="Chains">The chains it passes, in order.</param>
/// <param name="Counters">The named counters it adds to.</param>
/// <param name="Element">The element found by the last rule that decided by one; null: none did.</param>
/// <param name="Tried">What could have let it through and did not match: look-ups in vain, or rules where each right is a rule.</param>
internal sealed record WalkResult(string Verdict, ImmutableArray<string> Chains, ImmutableArray<string> Counters, string? Element, ImmutableArray<string> Tried)
{
    /// <summary>Whether the packet passes.</summary>
    public bool Allowed => Verdict == "accept";

    /// <summary>The rule that decides; null where rights are elements of sets and not rules.</summary>
    public DecidingRule? Rule { get; init; }
}
