using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Overlay.NodeAgent.Vtep;

namespace Overlay.NodeAgent.Cluster;

/// <summary>Another node, as its Subnets tell: one UID. A node that was made again under its name is another one.</summary>
/// <param name="Name">The node's name.</param>
/// <param name="Underlay">Its underlay addresses, of one or both families.</param>
/// <param name="Mac">Its VTEP's hardware address.</param>
/// <param name="Subnets">Its blocks, each with its VTEP's address in it.</param>
internal sealed record OtherNode(string Name, ImmutableArray<IPAddress> Underlay, PhysicalAddress Mac, ImmutableArray<RemoteSubnet> Subnets)
{
    /// <summary>How it is reached from a VTEP; null when it has no address of the VTEP's family.</summary>
    /// <param name="underlay">The family of the VTEP's own underlay address: a VXLAN device has one.</param>
    /// <param name="inside">The families that this node has blocks of: the other's blocks of another family are of no use here.</param>
    public RemoteNode? Over(AddressFamily underlay, IReadOnlyCollection<AddressFamily> inside)
    {
        return Underlay.FirstOrDefault(a => a.AddressFamily == underlay) is { } address
            ? new RemoteNode(Name, address, Mac, Subnets.All(IsOfUse) ? Subnets : [.. Subnets.Where(IsOfUse)])
            : null;

        bool IsOfUse(RemoteSubnet subnet) => inside.Contains(subnet.Network.BaseAddress.AddressFamily);
    }
}
