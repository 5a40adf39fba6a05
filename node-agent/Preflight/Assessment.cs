using System.Net;
using Overlay.Api.Network;
using Overlay.NodeAgent.Cluster;
using Overlay.NodeAgent.Health;
using Overlay.NodeAgent.Rules.Nftables;
using Overlay.NodeAgent.Vtep;

namespace Overlay.NodeAgent.Preflight;

/// <summary>What of a node's facts its administrator should look into, each with its cure. Pure.</summary>
internal static class Assessment
{
    /// <summary>Concatenations with intervals in sets (nft_set_pipapo) came with it, and so did what VXLAN needs to leave checksums to hardware.</summary>
    private static readonly Version OldestKernel = new(5, 7);

    private const double NearlyFull = 0.9;

    /// <summary>Judges.</summary>
    /// <param name="facts">The node.</param>
    /// <param name="network">What it is to take part in; null: not known yet.</param>
    /// <param name="mtu">The pods' MTU in force, bytes; 0: none yet.</param>
    public static IEnumerable<Finding> Of(NodeFacts facts, NodeNetwork? network, int mtu)
    {
        if (facts.Kernel < OldestKernel && network?.Settings.Rules.Backend != RuleBackend.Iptables)
            yield return new Finding("KernelTooOld", $"The kernel is {facts.Kernel}; the nftables rules need {OldestKernel} or later. Upgrade it, or set OverlayNetwork.spec.rules.backend to iptables.");
        if (network?.Settings.Rules.Backend != RuleBackend.Iptables)
        {
            if (facts.TakesProtocols == false)
                yield return new Finding("NftTooOld", "The kernel refuses the nftables rules as this nft writes them (Operation not supported): since Linux 7.1 and 6.12.115 nft 1.1.0 or later is needed. Until the agent has one, rules are iptables' where OverlayNetwork.spec.rules.backend is auto; where it is nftables there are none: set it to auto or iptables.");
            if (facts.TellsBlocksApart == false)
                yield return new Finding("KernelConfusesBlocks", $"The kernel's nftables takes neighbouring IPv6 blocks for one another, as a packet has just shown: what a policy says of {SetTrial.Block} holds for {SetTrial.Neighbour} too. Install the distribution's newest kernel (mended in Linux 6.15, 6.1.135, 5.10.237), or set OverlayNetwork.spec.rules.backend to iptables.");
            if (facts.SharesRanges == false)
                yield return new Finding("KernelRefusesRanges", "The kernel's nftables refuses address ranges that two workloads share when they are many, as has just been tried (CVE-2024-57947): rules of policies with many address blocks do not come into force. Install the distribution's newest kernel (mended in Linux 6.11, 6.1.103, 5.10.247), or set OverlayNetwork.spec.rules.backend to iptables.");
        }

        if (facts is { LegacyIptables: true, NftIptables: true })
            yield return new Finding("IptablesMixed", "Rules of both kinds of iptables are in force here, and a packet must pass both. Choose one for everything on this node (update-alternatives --set iptables ...), and flush the other (iptables-legacy -F, or iptables-nft -F).");
        if (facts.ConnectionsUsed > NearlyFull)
            yield return new Finding("ConnectionTableFull", $"The connection table is {facts.ConnectionsUsed:P0} full; beyond that packets of new connections are dropped. Raise net.netfilter.nf_conntrack_max.");
        if (facts.NetworkdTakesRoutes == true)
            yield return new Finding("ForeignRoutesRemoved", "systemd-networkd removes routes that it did not make whenever a link of its own changes; the agent puts them back, but packets are lost in between. Set ManageForeignRoutes=no and ManageForeignRoutingPolicyRules=no in /etc/systemd/networkd.conf, and restart it.");
        foreach (var setting in facts.ChangedSettings)
            yield return new Finding("SettingChanged", $"{setting}: somebody sets it (see /etc/sysctl.d and systemd-sysctl). Exclude the overlay's devices (ovp*, {VtepDevice.Name}) there.");
        if (network is null)
            yield break;
        foreach (var finding in Clashes(facts, network))
            yield return finding;
        if (facts.UnderlayMtu is { } underlay && mtu > VtepDevice.MtuFor(underlay, network.OwnUnderlay[0]))
            yield return new Finding(
                "MtuTooLarge",
                $"The overlay's MTU is {mtu}, and the underlay device's {underlay} leaves {VtepDevice.MtuFor(underlay, network.OwnUnderlay[0])}: full-size packets to other nodes are lost. Lower OverlayNetwork.spec.mtu (0: found out), or raise the underlay's MTU."
            );
    }

    private static IEnumerable<Finding> Clashes(NodeFacts facts, NodeNetwork network)
    {
        foreach (var (device, vni, port) in facts.Vxlans.Where(vxlan => vxlan.Port == network.Settings.Port))
            yield return new Finding("VxlanPortShared", $"The VXLAN device {device} (VNI {vni}) of other software has UDP port {port} too. Remove it if it is a leftover (ip link delete {device}), or give the overlay another port (OverlayNetwork.spec.port).");
        foreach (var pool in network.Pools)
        {
            foreach (var (device, address, at) in facts.Addresses.Where(other => Overlap(pool, other.Network)))
                yield return new Finding("PoolOverlapsNode", $"The pod pool {pool} overlaps {at}, the network of {device} ({address}): one of the two can not be reached from here. Choose another pool in OverlayNetwork.spec.pools before pods use it.");
            foreach (var (device, destination) in facts.Routes.Where(route => Overlap(pool, route.Destination)))
                yield return new Finding("PoolOverlapsRoute", $"The pod pool {pool} overlaps the route to {destination} by {device}, which other software made. Remove the route if it is a leftover (ip route delete {destination}), or choose another pool.");
        }
    }

    private static bool Overlap(IPNetwork left, IPNetwork right) =>
        left.BaseAddress.AddressFamily == right.BaseAddress.AddressFamily && (left.Contains(right.BaseAddress) || right.Contains(left.BaseAddress));
}
