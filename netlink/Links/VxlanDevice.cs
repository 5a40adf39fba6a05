using System.Net.NetworkInformation;

namespace Overlay.Netlink;

/// <summary>A VXLAN device to create.</summary>
public sealed record VxlanDevice
{
    /// <summary>Its name, at most 15 characters.</summary>
    public required string Name { get; init; }

    /// <summary>What it is made with.</summary>
    public required VxlanAttributes Attributes { get; init; }

    /// <summary>
    /// Its MAC address. Given at creation, the kernel marks it as set (addr_assign_type 3) and udev and systemd-networkd leave it alone;
    /// a changed one would lose all traffic.
    /// </summary>
    public PhysicalAddress? MacAddress { get; init; }

    /// <summary>Its MTU in bytes; 0: the underlay's less the headers, if it is bound to an underlay device, else 1500.</summary>
    public int Mtu { get; init; }

    /// <summary>Its interface group.</summary>
    public uint Group { get; init; }

    /// <summary>Whether it does without ARP and neighbour discovery: neighbours are written by hand.</summary>
    public bool NoArp { get; init; }

    /// <summary>Whether it is set up at once.</summary>
    public bool Up { get; init; }

    /// <summary>Its name.</summary>
    public override string ToString() => $"VXLAN {Attributes.Vni} {Name}";
}
