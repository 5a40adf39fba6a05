using System.Collections.Immutable;

namespace Overlay.Asking.Answers;

/// <summary>The rules of a node.</summary>
/// <param name="Backend"><c>nftables</c> or <c>iptables</c>.</param>
/// <param name="Counters">What was counted at each step of the way.</param>
internal sealed record RulesAnswer(string Backend, ImmutableArray<CounterAnswer> Counters);

/// <summary>A counter of the kernel's.</summary>
/// <param name="Name">The step: <c>spoofed</c>, <c>denied</c>, <c>vouched</c>, ...</param>
/// <param name="Packets">Packets since the rules were loaded.</param>
/// <param name="Bytes">Bytes since the rules were loaded.</param>
internal sealed record CounterAnswer(string Name, long Packets, long Bytes);
