using System.Collections.Immutable;
using Overlay.Policy;

namespace Overlay.NodeAgent.Rules;

/// <summary>A workload with pods on this node, as a destination and as one that leaves the overlay.</summary>
/// <param name="Group">Its number: the interface group of its pods' veths (<see cref="GroupNumbers"/>).</param>
/// <param name="Workload">Which one.</param>
public sealed record LocalWorkload(uint Group, WorkloadKey Workload)
{
    /// <summary>No policy isolates its ingress.</summary>
    public bool Open { get; init; }

    /// <summary>No policy isolates its egress.</summary>
    public bool Free { get; init; }

    /// <summary>Who may reach it.</summary>
    public ImmutableArray<Grant> Grants { get; init; } = [];

    /// <summary>What it may reach outside of the overlay unless it is free.</summary>
    public ImmutableArray<Exit> Exits { get; init; } = [];
}
