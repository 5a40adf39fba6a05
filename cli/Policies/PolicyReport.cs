using System.Collections.Immutable;
using Overlay.Policy;

namespace Overlay.Cli.Policies;

/// <summary>A policy: whether it is sound, and where it is in force.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Namespace">Its namespace; null: the cluster's.</param>
/// <param name="Name">Its name.</param>
/// <param name="Generation">How often its spec has changed; null: the API server does not count.</param>
/// <param name="Problems">What is wrong with it; empty: accepted.</param>
/// <param name="NodesInForce">On how many nodes its present state is in force.</param>
/// <param name="Nodes">How many nodes there are with a subnet.</param>
/// <param name="Lagging">The nodes where it is not in force yet, or whose agent is silent.</param>
/// <param name="AfterMilliseconds">What the slowest of the others took for its last change of rules; null: none has told.</param>
internal sealed record PolicyReport(
    PolicyKind Kind,
    string? Namespace,
    string Name,
    long? Generation,
    ImmutableArray<string> Problems,
    int NodesInForce,
    int Nodes,
    ImmutableArray<string> Lagging,
    int? AfterMilliseconds
)
{
    /// <summary>Whether it is accepted and in force everywhere.</summary>
    public bool IsInOrder => Problems.IsEmpty && NodesInForce == Nodes;
}
