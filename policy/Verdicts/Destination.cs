using System.Collections.Immutable;

namespace Overlay.Policy;

/// <summary>One local workload: what its pods accept, and what they may reach outside the overlay.</summary>
/// <param name="Workload">Which one; stays the same while its pods' labels and the keys they use do.</param>
public sealed record Destination(WorkloadKey Workload)
{
    /// <summary>The UIDs of its local pods, sorted.</summary>
    public ImmutableArray<string> Pods { get; init; } = [];

    /// <summary>Whether only <see cref="Grants"/> come in. If not, it is <em>open</em>: everything comes in but what egress rules forbid.</summary>
    public bool IngressIsolated { get; init; }

    /// <summary>Whether only <see cref="Exits"/> leave the overlay. If not, it is <em>free</em>.</summary>
    public bool EgressIsolated { get; init; }

    /// <summary>What is accepted. Sorted by source, flag, protocol, port. An open destination has those of egress-isolated tags only.</summary>
    public ImmutableArray<Grant> Grants { get; init; } = [];

    /// <summary>What may be reached outside the overlay; empty unless <see cref="EgressIsolated"/>. Sorted by protocol, port.</summary>
    public ImmutableArray<Exit> Exits { get; init; } = [];
}
