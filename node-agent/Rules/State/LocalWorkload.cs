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

    /// <summary>By content: a table that was compiled anew makes the same elements.</summary>
    public bool Equals(LocalWorkload? other) =>
        other is not null
        && Group == other.Group
        && Workload == other.Workload
        && Open == other.Open
        && Free == other.Free
        && Grants.AsSpan().SequenceEqual(other.Grants.AsSpan())
        && Exits.AsSpan().SequenceEqual(other.Exits.AsSpan());

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Group, Workload, Grants.Length, Exits.Length);
}
