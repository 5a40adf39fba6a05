using System.Collections.Immutable;

namespace Overlay.Policy;

/// <summary>One rule: some peers, on some ports.</summary>
/// <param name="Reference">Which one it is.</param>
/// <param name="Peers">The other side; empty: anybody, outside included.</param>
/// <param name="Ports">The ports, each with <paramref name="Reference"/> as its reason; never empty.</param>
internal sealed record PolicyRule(RuleReference Reference, ImmutableArray<Peer> Peers, ImmutableArray<PortEntry> Ports);

/// <summary>Some pods of some namespaces.</summary>
/// <param name="Namespaces">Selects the namespaces; null: the policy's own.</param>
/// <param name="Pods">Selects their pods.</param>
internal readonly record struct Peer(Selector? Namespaces, Selector Pods)
{
    /// <summary>Every pod of every namespace: told by the mark's "any pod" bit, no list of tags is needed.</summary>
    public bool IsAnyPod => Namespaces is { IsEverything: true } && Pods.IsEverything;
}
