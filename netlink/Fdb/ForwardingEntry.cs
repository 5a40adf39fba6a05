using System.Net;
using System.Net.NetworkInformation;

namespace Overlay.Netlink;

/// <summary>A forwarding database entry of a VXLAN device: behind which underlay address a MAC address is.</summary>
/// <param name="Link">The VXLAN device.</param>
/// <param name="MacAddress">The inner destination MAC address; all zeros is the default destination.</param>
/// <param name="Remote">The underlay address of the node that has it; null for entries without (a bridge's).</param>
public sealed record ForwardingEntry(LinkIndex Link, PhysicalAddress MacAddress, IPAddress? Remote)
{
    /// <summary>Whether it stays until removed: everything we write does.</summary>
    public NeighbourState State { get; init; } = NeighbourState.Permanent;

    /// <summary>As <c>aa-bb.. dev if5 dst 192.0.2.1</c>.</summary>
    public override string ToString() => $"{MacAddress} dev {Link} dst {Remote}";
}
