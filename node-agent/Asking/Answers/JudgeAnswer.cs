using System.Collections.Immutable;

namespace Overlay.Asking.Answers;

/// <summary>What a node's kernel would do with the first packet of a connection, found by walking its rules as they are.</summary>
/// <param name="Allowed">Whether it would let it through.</param>
/// <param name="Verdict"><c>accept</c>, <c>drop</c> or <c>reject</c>.</param>
/// <param name="From">The device it would come by.</param>
/// <param name="To">The device it would leave by.</param>
/// <param name="Tag">The tag it would carry.</param>
/// <param name="Chains">The chains it would pass, in order.</param>
/// <param name="Element">The element that decides, with its comment; null: none was found, or none was asked for.</param>
/// <param name="Tried">What could have let it through where it was judged, and was not found or did not match.</param>
/// <param name="Counters">The counters it would add to, as they are now.</param>
internal sealed record JudgeAnswer(
    bool Allowed,
    string Verdict,
    string From,
    string To,
    int Tag,
    ImmutableArray<string> Chains,
    string? Element,
    ImmutableArray<string> Tried,
    ImmutableArray<CounterAnswer> Counters)
{
    /// <summary>The rule that decides; null where the rules are nftables: there elements do.</summary>
    public RuleAnswer? Rule { get; init; }
}

/// <summary>A rule of the kernel's.</summary>
/// <param name="Place">Where it is: table, chain, and which rule there.</param>
/// <param name="Text">The rule, as the kernel's own tool prints it.</param>
/// <param name="Policy">Its comment, which names the policy; null: it has none.</param>
/// <param name="Packets">Packets that it matched so far.</param>
/// <param name="Bytes">Their bytes.</param>
internal sealed record RuleAnswer(string Place, string Text, string? Policy, long Packets, long Bytes);
