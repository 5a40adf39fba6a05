using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using Overlay.NodeAgent.Addresses;
using Overlay.NodeAgent.Cni;

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
        );
    }

    /// <summary>Whether the pod has an IPv6 address; if not, IPv6 is switched off on both ends.</summary>
    public bool HasV6 => Addresses.Any(a => a.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6);

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
