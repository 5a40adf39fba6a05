namespace Overlay.NodeAgent.Rules;

/// <summary>What was counted at one step of the packet's way.</summary>
/// <param name="Name">The step: <c>spoofed</c>, <c>denied</c>, <c>vouched</c>, ...</param>
/// <param name="Packets">Packets since the rules were loaded.</param>
/// <param name="Bytes">Bytes since the rules were loaded.</param>
public readonly record struct RuleCounter(string Name, long Packets, long Bytes);
