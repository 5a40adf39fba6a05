using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;

namespace Overlay.NodeAgent.Cni;

/// <summary>What ADD made: a veth pair, and the addresses of its inner end.</summary>
/// <param name="Host">The end on the node.</param>
/// <param name="Pod">The end in the container.</param>
/// <param name="Sandbox">The container's network namespace, a path.</param>
/// <param name="Mtu">Bytes; both ends.</param>
/// <param name="Addresses">One address a family, IPv4 first.</param>
internal sealed record CniResult(CniInterface Host, CniInterface Pod, string Sandbox, int Mtu, ImmutableArray<PodAddress> Addresses)
{
    /// <summary>Which ADD it is the result of, for <see cref="IPodNetwork.SettleAsync"/>.</summary>
    public long Attempt { get; init; }
}

/// <summary>One end of the pair.</summary>
/// <param name="Name">The interface's name.</param>
/// <param name="Mac">Its hardware address.</param>
internal sealed record CniInterface(string Name, PhysicalAddress Mac);

/// <summary>An address of a pod and the next hop of its default route.</summary>
/// <param name="Address">The pod's own address; /32 or /128.</param>
/// <param name="Gateway">Link-local, answered by a permanent neighbour entry.</param>
internal sealed record PodAddress(IPAddress Address, IPAddress Gateway);
