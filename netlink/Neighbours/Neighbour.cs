using System.Net;
using System.Net.NetworkInformation;

namespace Overlay.Netlink;

/// <summary>Who has an address on a link.</summary>
/// <param name="Link">The device.</param>
/// <param name="Address">The address.</param>
/// <param name="MacAddress">Its MAC address; null while the kernel does not know it.</param>
public sealed record Neighbour(LinkIndex Link, IPAddress Address, PhysicalAddress? MacAddress)
{
    /// <summary>What the kernel thinks of it.</summary>
    public NeighbourState State { get; init; } = NeighbourState.Permanent;

    /// <summary>As <c>10.255.2.0 lladdr ee-ee.. dev if5</c>.</summary>
    public override string ToString() => $"{Address} lladdr {MacAddress} dev {Link} {State}";
}
