using System.Collections.Immutable;

namespace Overlay.Asking.Answers;

/// <summary>What a node's kernel has, as text, for a bug report.</summary>
/// <param name="Links">Devices.</param>
/// <param name="Routes">Routes of the main table.</param>
/// <param name="Neighbours">Neighbours on the VTEP.</param>
/// <param name="Forwarding">Forwarding entries of the VTEP.</param>
/// <param name="Pods">The pods that are wired here.</param>
/// <param name="Rules">The rules, as the kernel's own tool lists them.</param>
internal sealed record StateAnswer(
    ImmutableArray<string> Links,
    ImmutableArray<string> Routes,
    ImmutableArray<string> Neighbours,
    ImmutableArray<string> Forwarding,
    ImmutableArray<string> Pods,
    string Rules);
