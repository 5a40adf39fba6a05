using System.Collections.Immutable;

namespace Overlay.Cli.Status;

/// <summary>What <c>kubectl overlay status</c> tells: the whole answer as a value, for text and JSON alike.</summary>
internal sealed record StatusReport
{
    /// <summary>When it was told; ages count from here.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The network; null: there is none.</summary>
    public required NetworkReport? Network { get; init; }

    /// <summary>The operator.</summary>
    public required OperatorReport Operator { get; init; }

    /// <summary>Every node, and every name that a subnet in use still speaks of; by name.</summary>
    public required ImmutableArray<NodeReport> Nodes { get; init; }

    /// <summary>How many tags.</summary>
    public required TagCounts Tags { get; init; }

    /// <summary>How many policies.</summary>
    public required PolicyCounts Policies { get; init; }

    /// <summary>What is not as it should be; empty: all is in order.</summary>
    public required ImmutableArray<Problem> Problems { get; init; }
}
