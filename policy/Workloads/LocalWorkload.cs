using System.Collections.Immutable;
using System.Net;

namespace Overlay.Policy;

/// <summary>A local workload while it is compiled.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Labels">The values of the keys in force; a key in force that is missing here, its pods lack.</param>
/// <param name="Pods">The UIDs of its local pods, sorted.</param>
internal sealed record LocalWorkload(WorkloadKey Key, IReadOnlyDictionary<string, string> Labels, ImmutableArray<string> Pods)
{
    /// <summary>The namespace.</summary>
    public string Namespace => Key.Namespace;

    /// <summary>Its pods' named ports, as far as policies use the names.</summary>
    public DeclaredPorts Ports { get; init; } = DeclaredPorts.None;

    /// <summary>The addresses of one of its pods; the others' lie in the same of the blocks that egress rules name.</summary>
    public ImmutableArray<IPAddress> Addresses { get; init; } = [];
}
