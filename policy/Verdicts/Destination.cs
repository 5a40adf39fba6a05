using System.Collections.Immutable;
using Overlay.Api.Wire;

namespace Overlay.Policy;

/// <summary>One local workload: what its pods accept, and what they may reach outside the overlay. How it is read: <see cref="VerdictTable"/>.</summary>
/// <param name="Workload">Which one; stays the same while its pods' labels, named ports and addresses do, and what policies ask of them.</param>
public sealed record Destination(WorkloadKey Workload)
{
    /// <summary>The UIDs of its local pods, sorted.</summary>
    public ImmutableArray<string> Pods { get; init; } = [];

    /// <summary>Whether everything comes in that does not count as flagged. Then it has flagged grants only, and nothing of what follows but exits.</summary>
    public bool IsOpen { get; init; }

    /// <summary>Whether only <see cref="Exits"/> leave the overlay. If not, everything may leave.</summary>
    public bool IsConfined { get; init; }

    /// <summary>What is accepted. Sorted by source, flag, standing, family, protocol, port.</summary>
    public ImmutableArray<Grant> Grants { get; init; } = [];

    /// <summary>The tags that are judged by their own grants alone, not by those to any pod or anyone; sorted. Tag 2, pods nobody knows, can be among them.</summary>
    public ImmutableArray<Tag> Particular { get; init; } = [];

    /// <summary>Whether a rule denies something to some pods by their labels: a tag that is not among <see cref="VerdictTable.KnownTags"/> then counts as tag 2.</summary>
    public bool IsWary { get; init; }

    /// <summary>Senders' addresses that conditional grants wait for. Sorted by address.</summary>
    public ImmutableArray<AddressGrant> AllowedAddresses { get; init; } = [];

    /// <summary>Senders' addresses that firm grants alone get past. Sorted by address.</summary>
    public ImmutableArray<AddressGrant> DeniedAddresses { get; init; } = [];

    /// <summary>What may be reached outside the overlay; empty unless <see cref="IsConfined"/>. Sorted by address, protocol, port.</summary>
    public ImmutableArray<Exit> Exits { get; init; } = [];
}
