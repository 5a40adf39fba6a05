using System.Collections.Immutable;

namespace Overlay.Asking.Answers;

/// <summary>What a node's kernel would do with the first packet of a connection, found by walking its rules as they are.</summary>
/// <param name="Allowed">Whether it would let it through.</param>
/// <param name="Verdict"><c>accept</c>, <c>drop</c> or <c>reject</c>.</param>
/// <param name="From">The device it would come by.</param>
/// <param name="To">The device it would leave by.</param>
/// <param name="Tag">The tag it would carry.</param>
/// <param name="Chains">The chains it would pass, in order.</param>
/// <param name="Element">The element that decides, with its comment; null: none was found.</param>
/// <param name="Tried">What was looked up in the deciding chain and not found.</param>
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
    ImmutableArray<CounterAnswer> Counters);
