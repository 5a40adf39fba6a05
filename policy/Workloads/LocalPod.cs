using System.Collections.Immutable;
using System.Net;
using Overlay.Api.Objects;

namespace Overlay.Policy;

/// <summary>A pod of this node that has an address of the overlay (not one on the host's network), until it is gone: it may send while it terminates.</summary>
/// <param name="Uid">Its UID: two pods of one name can meet on a node, the old one terminating.</param>
/// <param name="Name">Its namespace and name.</param>
/// <param name="Labels">All its labels.</param>
public sealed record LocalPod(string Uid, ObjectKey Name, ImmutableSortedDictionary<string, string> Labels)
{
    /// <summary>Its addresses, one of each family at most.</summary>
    public ImmutableArray<IPAddress> Addresses { get; init; } = [];

    /// <summary>The named ports that its containers declare.</summary>
    public ImmutableArray<DeclaredPort> Ports { get; init; } = [];
}
