using System.Collections.Immutable;
using System.Net;

namespace Overlay.Policy;

/// <summary>A node as policies see it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Labels">Its labels that policies may select by.</param>
/// <param name="Addresses">Its addresses on the underlay.</param>
/// <param name="OverlayAddresses">Its own addresses inside the overlay (its VTEP's), which its packets to pods come from.</param>
public sealed record PolicyNode(
    string Name,
    ImmutableSortedDictionary<string, string> Labels,
    ImmutableArray<IPAddress> Addresses,
    ImmutableArray<IPAddress> OverlayAddresses
);
