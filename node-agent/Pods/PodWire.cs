using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Overlay.Api.Objects;
using Overlay.NodeAgent.Addresses;
using Overlay.NodeAgent.Cni;
using Overlay.NodeAgent.Ports;
using Overlay.NodeAgent.Rules;

namespace Overlay.NodeAgent.Pods;

/// <summary>What one pod's wire must look like: a veth pair with static everything.</summary>
/// <param name="HostName">The host end's name.</param>
/// <param name="PodName">The pod end's name.</param>
/// <param name="HostMac">The host end's hardware address.</param>
/// <param name="PodMac">The pod end's hardware address.</param>
/// <param name="Mtu">Bytes, both ends.</param>
/// <param name="Alias">The note on the host end, see <see cref="PodAlias"/>.</param>
/// <param name="Addresses">The pod's addresses, IPv4 first.</param>
internal sealed record PodWire(
    string HostName,
    string PodName,
    PhysicalAddress HostMac,
    PhysicalAddress PodMac,
    int Mtu,
    string? Alias,
    ImmutableArray<IPAddress> Addresses
)
{
    /// <summary>Ports of the node that lead to the pod.</summary>
    public ImmutableArray<PortMapping> Ports { get; init; } = [];

    /// <summary>The wire of an attachment.</summary>
    public static PodWire Of(Attachment attachment, int mtu)
    {
        ImmutableArray<IPAddress> addresses = [.. attachment.Addresses];
        return new PodWire(
            VethNames.Of(attachment.Key),
            attachment.Key.InterfaceName,
            PodMacs.Host(addresses[0]),
            PodMacs.Pod(addresses[0]),
            mtu,
            PodAlias.Write(attachment),
            addresses
        )
        {
            Ports = attachment.Asked.Ports,
        };
    }

    /// <summary>Whether the pod has an IPv6 address; if not, IPv6 is switched off on both ends.</summary>
    public bool HasV6 => Addresses.Any(a => a.AddressFamily == AddressFamily.InterNetworkV6);

    /// <summary>Whether this node's processes reach the pod by a loopback address of the node: then packets with such an address pass the wire.</summary>
    public bool CarriesLoopback => HasV4 && Ports.Any(port => port.IsOnEveryAddress ? port.Concerns(AddressFamily.InterNetwork) : IPAddress.IsLoopback(port.HostAddress!));

    private bool HasV4 => Addresses.Any(a => a.AddressFamily == AddressFamily.InterNetwork);

    /// <summary>The wire as the rules see it.</summary>
    public PodWiring ToWiring(Attachment a) => new(a.PodUid, new ObjectKey(a.PodNamespace, a.PodName), HostName, PodMac, Addresses) { Ports = Ports };

    /// <summary>The result that ADD answers.</summary>
    public CniResult ToResult(string networkNamespace) =>
        new(
            new CniInterface(HostName, HostMac),
            new CniInterface(PodName, PodMac),
            networkNamespace,
            Mtu,
            [.. Addresses.Select(a => new PodAddress(a, PodGateways.For(a)))]
        );
}
