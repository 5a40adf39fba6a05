using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Overlay.Conformance.Playing;
using Overlay.Lab.Runtime;
using Overlay.Netlink;

namespace Overlay.Conformance.Packets;

/// <summary>A running pod.</summary>
/// <remarks>Owns its listeners and, unless it lives on its node's network, the open namespace.</remarks>
internal sealed class TestPod(PodState state, NodeAddresses node, Sandbox? sandbox, NetworkNamespace space, IPAddress address, Listeners listeners) : IDisposable
{
    /// <summary>Where it runs.</summary>
    public NodeAddresses Node => node;

    /// <summary>Its sandbox; null on its node's network.</summary>
    public Sandbox? Sandbox => sandbox;

    /// <summary>Its network namespace.</summary>
    public NetworkNamespace Space => space;

    /// <summary>Its address.</summary>
    public IPAddress Address => address;

    /// <summary>Its API path.</summary>
    public string Path => $"api/v1/namespaces/{state.Declaration.Namespace}/pods/{state.Declaration.Name}";

    /// <summary>Its Kubernetes namespace.</summary>
    public string Namespace => state.Declaration.Namespace;

    /// <summary>Its labels now.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; set; } = state.Labels;

    /// <summary>Whether it is the pod that a state wants, labels apart: those of a running pod can be changed.</summary>
    public bool Is(PodState wanted) => string.Equals(IdentityOf(state), IdentityOf(wanted), StringComparison.Ordinal);

    /// <inheritdoc />
    public void Dispose()
    {
        listeners.Dispose();
        if (sandbox is not null)
            space.Dispose();
    }

    private static string IdentityOf(PodState pod) => JsonSerializer.Serialize((pod.Declaration with { Labels = ImmutableSortedDictionary<string, string>.Empty }, pod.Incarnation), Plain);

    private static readonly JsonSerializerOptions Plain = new() { IncludeFields = true };
}
