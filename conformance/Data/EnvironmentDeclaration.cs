using System.Collections.Immutable;

namespace Overlay.Conformance.Data;

/// <summary>The cluster that a case starts from, without any policy.</summary>
public sealed record EnvironmentDeclaration
{
    /// <summary>The namespaces, with all their labels.</summary>
    public required ImmutableArray<NamespaceDeclaration> Namespaces { get; init; }

    /// <summary>The nodes.</summary>
    public required ImmutableArray<NodeDeclaration> Nodes { get; init; }

    /// <summary>The pods.</summary>
    public required ImmutableArray<PodDeclaration> Pods { get; init; }

    /// <summary>Endpoints outside the cluster; a matrix calls them <c>ext/NAME</c>.</summary>
    public ImmutableArray<ExternalDeclaration> Externals { get; init; } = [];
}

/// <summary>A namespace.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Labels">All of its labels.</param>
public sealed record NamespaceDeclaration(string Name, ImmutableSortedDictionary<string, string> Labels);

/// <summary>A node.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Ip">Its reference address.</param>
public sealed record NodeDeclaration(string Name, ImmutableSortedDictionary<string, string> Labels, string Ip);

/// <summary>A port that an endpoint listens on.</summary>
/// <param name="Port">The number.</param>
/// <param name="Protocol"><c>TCP</c>, <c>UDP</c> or <c>SCTP</c>.</param>
/// <param name="Name">The container port's name; null: it needs no declaration.</param>
public sealed record PortDeclaration(ushort Port, IpProtocol Protocol, string? Name = null);

/// <summary>An endpoint with no pod behind it.</summary>
/// <param name="Name">Its name, without <c>ext/</c>.</param>
/// <param name="Ip">Its address.</param>
/// <param name="Ports">Where it listens.</param>
public sealed record ExternalDeclaration(string Name, string Ip, ImmutableArray<PortDeclaration> Ports);
