using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Overlay.Lab.Nodes;
using Overlay.Lab.Probes;
using Overlay.Lab.Processes;
using Overlay.Netlink;

namespace Overlay.Lab;

/// <summary>A running pod: its addresses and the namespace to act in.</summary>
/// <remarks>Owns the open namespace.</remarks>
public sealed class LabPod : IDisposable
{
    internal LabPod(string ns, string name, string uid, LabNode node, ImmutableArray<IPAddress> addresses, string containerId, NetworkNamespace space)
    {
        Namespace = ns;
        Name = name;
        Uid = uid;
        Node = node;
        Addresses = addresses;
        ContainerId = containerId;
        Space = space;
    }

    /// <summary>Its Kubernetes namespace.</summary>
    public string Namespace { get; }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its UID.</summary>
    public string Uid { get; }

    /// <summary>Where it runs.</summary>
    public LabNode Node { get; }

    /// <summary>Its addresses, one a family.</summary>
    public ImmutableArray<IPAddress> Addresses { get; }

    /// <summary>Its first address.</summary>
    public IPAddress Address => Addresses[0];

    /// <summary>Its sandbox.</summary>
    public string ContainerId { get; }

    /// <summary>Its network namespace.</summary>
    public NetworkNamespace Space { get; }

    /// <summary>Where its echo server listens.</summary>
    /// <param name="port">One of its ports.</param>
    public IPEndPoint At(int port = Echo.EchoServer.DefaultPort) => new(Address, port);

    /// <summary>Where its echo server listens, by its address of one family.</summary>
    /// <param name="family">IPv4 or IPv6.</param>
    /// <param name="port">One of its ports.</param>
    public IPEndPoint At(AddressFamily family, int port = Echo.EchoServer.DefaultPort) => new(Addresses.First(address => address.AddressFamily == family), port);

    /// <summary>Connects from this pod by TCP.</summary>
    /// <param name="server">Where to.</param>
    /// <param name="cancel">Ends it.</param>
    /// <param name="patience">How long silence is borne.</param>
    public Task<ProbeResult> TcpAsync(IPEndPoint server, CancellationToken cancel, TimeSpan? patience = null) => Probe.TcpAsync(Space, server, cancel, patience);

    /// <summary>Asks from this pod by UDP.</summary>
    /// <param name="server">Where to.</param>
    /// <param name="cancel">Ends it.</param>
    /// <param name="patience">How long silence is borne.</param>
    public Task<ProbeResult> UdpAsync(IPEndPoint server, CancellationToken cancel, TimeSpan? patience = null) => Probe.UdpAsync(Space, server, cancel, patience);

    /// <summary>Runs a program inside and returns what it printed.</summary>
    /// <param name="program">As <c>ip</c>.</param>
    /// <param name="arguments">Its arguments.</param>
    public CommandOutput Run(string program, params ReadOnlySpan<string> arguments) => Node.RunIn(Space, program, arguments);

    /// <inheritdoc />
    public void Dispose() => Space.Dispose();

    /// <summary>Namespace and name.</summary>
    public override string ToString() => $"{Namespace}/{Name}";
}
