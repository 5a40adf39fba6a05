using System.Collections.Immutable;
using System.Net;
using Overlay.Api.Wire;

namespace Overlay.Policy;

/// <summary>One end of a connection to be explained.</summary>
public sealed record Endpoint
{
    private Endpoint() { }

    /// <summary>An address outside of the overlay, of which nothing is known.</summary>
    public static Endpoint Outside { get; } = new() { Tag = Api.Wire.Tag.Outside };

    /// <summary>A node other than the pod's own, whose traffic is allowed before policy is asked.</summary>
    public static Endpoint Node { get; } = new() { Tag = Api.Wire.Tag.Node };

    /// <summary>The pod's namespace; null for what is no pod.</summary>
    public string? Namespace { get; private init; }

    /// <summary>All labels of the pod.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; private init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The tag its packets carry; null: the one that the tags there are give it.</summary>
    public Tag? Tag { get; private init; }

    /// <summary>Its addresses; none: no block of a policy means it.</summary>
    public ImmutableArray<IPAddress> Addresses { get; init; } = [];

    /// <summary>The named ports that a pod declares.</summary>
    public ImmutableArray<DeclaredPort> Ports { get; init; } = [];

    /// <summary>A pod.</summary>
    /// <param name="ns">Its namespace.</param>
    /// <param name="labels">All its labels.</param>
    /// <param name="tag">The tag its packets carry, where it is known; null: the one that the tags there are give it.</param>
    public static Endpoint Pod(string ns, ImmutableSortedDictionary<string, string> labels, Tag? tag = null) =>
        new()
        {
            Namespace = ns,
            Labels = labels,
            Tag = tag,
        };
}
