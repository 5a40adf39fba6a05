using System.Net.NetworkInformation;

namespace Overlay.Netlink;

/// <summary>A veth pair to create: the near end here, the far end directly in another namespace.</summary>
public sealed record VethPair
{
    /// <summary>The near end's name, at most 15 characters.</summary>
    public required string Name { get; init; }

    /// <summary>The far end's name.</summary>
    public required string PeerName { get; init; }

    /// <summary>The namespace the far end is made in; null: the same as the near end's.</summary>
    public NetworkNamespace? PeerNamespace { get; init; }

    /// <summary>The near end's MAC address; null: a random one.</summary>
    public PhysicalAddress? MacAddress { get; init; }

    /// <summary>The far end's MAC address; null: a random one.</summary>
    public PhysicalAddress? PeerMacAddress { get; init; }

    /// <summary>Both ends' MTU in bytes; 0: 1500.</summary>
    public int Mtu { get; init; }

    /// <summary>Both ends' queue length in packets; null: the kernel's default (1000).</summary>
    public int? TxQueueLength { get; init; }

    /// <summary>The near end's interface group.</summary>
    public uint Group { get; init; }

    /// <summary>Whether both ends do without ARP and neighbour discovery.</summary>
    public bool NoArp { get; init; }

    /// <summary>Whether the near end is set up at once. The far end never is: the kernel refuses (ENOTCONN) while the near end is not there.</summary>
    public bool Up { get; init; }

    /// <summary>As <c>near - far in /path</c>.</summary>
    public override string ToString() => PeerNamespace is null ? $"{Name} - {PeerName}" : $"{Name} - {PeerName} in {PeerNamespace}";
}
