using System.Collections.Immutable;
using System.Net;

namespace Overlay.Policy;

/// <summary>A node as policies see it. Compared by content.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Labels">Its labels that policies may select by.</param>
/// <param name="Addresses">Its addresses on the underlay.</param>
/// <param name="OverlayAddresses">Its own addresses inside the overlay (its VTEP's), which its packets to pods come from.</param>
public sealed record PolicyNode(
    string Name,
    ImmutableSortedDictionary<string, string> Labels,
    ImmutableArray<IPAddress> Addresses,
    ImmutableArray<IPAddress> OverlayAddresses
)
{
    /// <inheritdoc />
    public bool Equals(PolicyNode? other) =>
        other is not null
        && string.Equals(Name, other.Name, StringComparison.Ordinal)
        && (ReferenceEquals(Labels, other.Labels) || Labels.SequenceEqual(other.Labels))
        && Addresses.AsSpan().SequenceEqual(other.Addresses.AsSpan())
        && OverlayAddresses.AsSpan().SequenceEqual(other.OverlayAddresses.AsSpan());

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Name, Labels.Count, Addresses.Length);
}
