using System.Collections.Immutable;

namespace Overlay.Conformance.Data;

/// <summary>A pod.</summary>
public sealed record PodDeclaration
{
    /// <summary>Its namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its labels at the start.</summary>
    public required ImmutableSortedDictionary<string, string> Labels { get; init; }

    /// <summary>Its reference address: expectations were computed with it.</summary>
    public required string Ip { get; init; }

    /// <summary>The node it should be on.</summary>
    public required string Node { get; init; }

    /// <summary>Where it listens; entries with a name are declared under it.</summary>
    public required ImmutableArray<PortDeclaration> Ports { get; init; }

    /// <summary>Whether it lives on its node's network and has its node's address.</summary>
    public bool HostNetwork { get; init; }

    /// <summary><c>namespace/name</c>, as matrices call it.</summary>
    public string Key => $"{Namespace}/{Name}";
}
