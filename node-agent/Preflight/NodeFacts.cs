using System.Collections.Immutable;
using System.Net;
using Overlay.NodeAgent.Rules.Nftables;

namespace Overlay.NodeAgent.Preflight;

/// <summary>What of a node could stand in the overlay's way, as gathered at one moment. Our own devices and routes are left out.</summary>
internal sealed record NodeFacts
{
    /// <summary>The kernel's version.</summary>
    public required Version Kernel { get; init; }

    /// <summary>Whether nftables tells neighbouring IPv6 blocks apart (<see cref="SetTrial"/>); null: not tried, or could not be.</summary>
    public bool? TellsBlocksApart { get; init; }

    /// <summary>Whether nftables lets two workloads have the same ranges; null as above.</summary>
    public bool? SharesRanges { get; init; }

    /// <summary>Whether the kernel takes what nft writes; null as above.</summary>
    public bool? TakesProtocols { get; init; }

    /// <summary>Others' addresses, each with the network it is in and its device.</summary>
    public ImmutableArray<(string Device, IPAddress Address, IPNetwork Network)> Addresses { get; init; } = [];

    /// <summary>Others' routes of the main table, but the default ones.</summary>
    public ImmutableArray<(string Device, IPNetwork Destination)> Routes { get; init; } = [];

    /// <summary>Others' VXLAN devices.</summary>
    public ImmutableArray<(string Device, uint Vni, ushort Port)> Vxlans { get; init; } = [];

    /// <summary>The MTU of the underlay device in bytes; null: there is none.</summary>
    public int? UnderlayMtu { get; init; }

    /// <summary>Whether rules of the old iptables are in force.</summary>
    public bool LegacyIptables { get; init; }

    /// <summary>Whether rules of iptables kept in nf_tables are in force.</summary>
    public bool NftIptables { get; init; }

    /// <summary>How full the connection table is, 0 to 1; null: not known.</summary>
    public double? ConnectionsUsed { get; init; }

    /// <summary>Settings of our own devices that somebody changed, as <c>net.ipv4.conf.ovp1.rp_filter is 0, not 1</c>.</summary>
    public ImmutableArray<string> ChangedSettings { get; init; } = [];

    /// <summary>Whether systemd-networkd runs and takes routes away that it did not make; null: can not be seen from here.</summary>
    public bool? NetworkdTakesRoutes { get; init; }
}
