namespace Overlay.NodeAgent.Rules.Walk;

/// <summary>The rule that decides what becomes of a packet.</summary>
/// <param name="Place">Where it is: table, chain, and which rule there.</param>
/// <param name="Text">The rule, as the kernel's own tool prints it.</param>
/// <param name="Policy">Its comment, which names the policy; null: it has none.</param>
/// <param name="Packets">Packets that it matched so far.</param>
/// <param name="Bytes">Their bytes.</param>
internal sealed record DecidingRule(string Place, string Text, string? Policy, long Packets, long Bytes);
