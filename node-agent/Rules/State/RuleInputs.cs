using System.Collections.Immutable;
using System.Net;
using Overlay.Policy;

namespace Overlay.NodeAgent.Rules;

/// <summary>What the rules are made from; the agent hands it over whole each time something changed (<see cref="NodeRules.ApplyAsync"/>).</summary>
public sealed record RuleInputs
{
    /// <summary>What shapes the rules.</summary>
    public RuleSettings Settings { get; init; } = new();

    /// <summary>The compiled policies.</summary>
    public VerdictTable Table { get; init; } = VerdictTable.Empty;

    /// <summary>The local pods' wiring. A pod without an entry in the table's senders may send nothing.</summary>
    public ImmutableArray<PodWiring> Pods { get; init; } = [];

    /// <summary>The underlay addresses of all nodes.</summary>
    public ImmutableArray<IPAddress> Underlay { get; init; } = [];

    /// <summary>Those of them that are this node's.</summary>
    public ImmutableArray<IPAddress> OwnUnderlay { get; init; } = [];

    /// <summary>The pools.</summary>
    public ImmutableArray<IPNetwork> Pools { get; init; } = [];

    /// <summary>The masquerade's exceptions.</summary>
    public ImmutableArray<IPNetwork> MasqueradeExceptions { get; init; } = [];
}
