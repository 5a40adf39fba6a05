using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;

namespace Overlay.NodeAgent.Vtep;

/// <summary>Another node, as our VTEP reaches it.</summary>
/// <param name="Name">The node's name.</param>
/// <param name="Underlay">Where to send the outer packet.</param>
/// <param name="Mac">Its VTEP's hardware address.</param>
/// <param name="Subnets">Its blocks, each with its VTEP's address in it.</param>
internal sealed record RemoteNode(string Name, IPAddress Underlay, PhysicalAddress Mac, ImmutableArray<RemoteSubnet> Subnets);

/// <summary>A block of another node.</summary>
/// <param name="Network">The block.</param>
/// <param name="Vtep">The next hop: the node's VTEP inside the overlay.</param>
internal sealed record RemoteSubnet(IPNetwork Network, IPAddress Vtep);
