using System.Collections.Immutable;
using Overlay.Api.Wire;
using Overlay.Policy;

namespace Overlay.NodeAgent.Rules;

/// <summary>A workload with pods on this node, as a destination and as one that leaves the overlay. How it is read: <see cref="VerdictTable"/>.</summary>
/// <param name="Group">Its number: the interface group of its pods' veths (<see cref="GroupNumbers"/>).</param>
/// <param name="Workload">Which one.</param>
public sealed record LocalWorkload(uint Group, WorkloadKey Workload)
{
    /// <summary>Everything comes in that does not count as flagged.</summary>
    public bool Open { get; init; }

    /// <summary>Everything may leave the overlay.</summary>
    public bool Free { get; init; }

    /// <summary>Who may reach it.</summary>
    public ImmutableArray<Grant> Grants { get; init; } = [];

    /// <summary>The tags that are judged by their own grants alone.</summary>
    public ImmutableArray<Tag> Particular { get; init; } = [];

    /// <summary>A tag that is not known counts as tag 2.</summary>
    public bool Wary { get; init; }

    /// <summary>Senders' addresses that conditional grants wait for.</summary>
    public ImmutableArray<AddressGrant> AllowedAddresses { get; init; } = [];

    /// <summary>Senders' addresses that firm grants alone get past.</summary>
    public ImmutableArray<AddressGrant> DeniedAddresses { get; init; } = [];

    /// <summary>What it may reach outside of the overlay unless it is free.</summary>
    public ImmutableArray<Exit> Exits { get; init; } = [];

    /// <summary>New connections to it are told, though they are allowed.</summary>
    public bool WatchedArriving { get; init; }

    /// <summary>Its new connections out of the overlay are told, though they are allowed.</summary>
    public bool WatchedLeaving { get; init; }

    /// <summary>By content: a table that was compiled anew makes the same elements.</summary>
    public bool Equals(LocalWorkload? other) =>
        other is not null
        && Group == other.Group
        && Workload == other.Workload
        && Open == other.Open
        && Free == other.Free
        && Wary == other.Wary
        && WatchedArriving == other.WatchedArriving
        && WatchedLeaving == other.WatchedLeaving
        && Grants.AsSpan().SequenceEqual(other.Grants.AsSpan())
        && Particular.AsSpan().SequenceEqual(other.Particular.AsSpan())
        && AllowedAddresses.AsSpan().SequenceEqual(other.AllowedAddresses.AsSpan())
        && DeniedAddresses.AsSpan().SequenceEqual(other.DeniedAddresses.AsSpan())
        && Exits.AsSpan().SequenceEqual(other.Exits.AsSpan());

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Group, Workload, Grants.Length, Exits.Length);
}
