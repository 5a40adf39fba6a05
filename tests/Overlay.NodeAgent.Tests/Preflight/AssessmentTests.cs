using System.Net;
using System.Net.NetworkInformation;
using Overlay.Api.Network;
using Overlay.NodeAgent.Cluster;
using Overlay.NodeAgent.Preflight;

namespace Overlay.NodeAgent.Tests.Preflight;

/// <summary>What of a node asks for its administrator, and that each finding says what to do.</summary>
public sealed class AssessmentTests
{
    private static readonly NodeFacts Fine = new()
    {
        Kernel = new Version(6, 18),
        UnderlayMtu = 1500,
        Addresses = [("eth0", IPAddress.Parse("192.0.2.1"), IPNetwork.Parse("192.0.2.0/24"))],
        Routes = [("eth0", IPNetwork.Parse("198.51.100.0/24"))],
        Vxlans = [("flannel.1", 1, 8472)],
        ConnectionsUsed = 0.5,
        NftIptables = true,
        NetworkdTakesRoutes = false,
    };

    private static readonly NodeNetwork Network = new()
    {
        VtepMac = PhysicalAddress.None,
        OwnUnderlay = [IPAddress.Parse("192.0.2.1")],
        Settings = new OverlayNetworkSpec { Pools = [new AddressPool("10.255.0.0/16", 24), new AddressPool("fd00:255::/48", 64)] },
        Others = [],
        Underlay = [],
    };

    private static readonly NodeNetwork OnIptables = Network with { Settings = Network.Settings with { Rules = new RulesSpec { Backend = RuleBackend.Iptables } } };

    [Fact]
    public void A_node_in_order_has_nothing_to_tell() => Find(Fine).Should().BeEmpty();

    [Fact]
    public void Before_the_network_is_known_only_the_node_itself_is_judged() =>
        Assessment.Of(Fine with { Addresses = [("eth0", IPAddress.Parse("10.255.3.4"), IPNetwork.Parse("10.255.0.0/16"))] }, null, 0).Should().BeEmpty();

    [Theory]
    [InlineData("10.0.0.0/8")]
    [InlineData("10.255.3.0/24")]
    [InlineData("fd00::/16")]
    public void A_pool_that_overlaps_the_nodes_network(string network) =>
        ShouldFind(Fine with { Addresses = [("eth0", IPAddress.Parse("10.255.3.4"), IPNetwork.Parse(network))] }, "PoolOverlapsNode", network, "spec.pools");

    [Fact]
    public void A_pool_that_overlaps_somebodys_route() =>
        ShouldFind(Fine with { Routes = [("tun0", IPNetwork.Parse("10.255.64.0/18"))] }, "PoolOverlapsRoute", "10.255.64.0/18", "ip route delete");

    [Fact]
    public void Another_VXLAN_device_on_the_port() => ShouldFind(Fine with { Vxlans = [("other0", 7, 4789)] }, "VxlanPortShared", "other0", "spec.port");

    [Theory]
    [InlineData(1500, 1450, false)]
    [InlineData(1500, 1451, true)]
    [InlineData(9000, 1450, false)]
    public void An_MTU_that_the_underlay_can_not_carry(int underlay, int mtu, bool found) =>
        Assessment.Of(Fine with { UnderlayMtu = underlay }, Network, mtu).Any(f => f.Reason is "MtuTooLarge").Should().Be(found);

    [Fact]
    public void Both_kinds_of_iptables() => ShouldFind(Fine with { LegacyIptables = true }, "IptablesMixed", "both kinds", "update-alternatives");

    [Fact]
    public void A_kernel_that_takes_one_block_for_another()
    {
        var wrong = Fine with { TellsBlocksApart = false };
        ShouldFind(wrong, "KernelConfusesBlocks", "fd00:0:1fe::/48 too", "newest kernel", "backend to iptables");
        Assessment.Of(wrong, OnIptables, 1450).Should().BeEmpty();
    }

    [Fact]
    public void A_kernel_that_does_not_take_what_nft_writes()
    {
        var wrong = Fine with { TakesProtocols = false };
        ShouldFind(wrong, "NftTooOld", "1.1.0", "auto or iptables");
        Assessment.Of(wrong, OnIptables, 1450).Should().BeEmpty();
    }

    [Fact]
    public void A_kernel_that_refuses_what_two_workloads_share()
    {
        var wrong = Fine with { SharesRanges = false };
        ShouldFind(wrong, "KernelRefusesRanges", "CVE-2024-57947", "newest kernel", "backend to iptables");
        Assessment.Of(wrong, OnIptables, 1450).Should().BeEmpty();
    }

    [Fact]
    public void A_full_connection_table() => ShouldFind(Fine with { ConnectionsUsed = 0.95 }, "ConnectionTableFull", "95", "nf_conntrack_max");

    [Fact]
    public void A_networkd_that_takes_routes_away() => ShouldFind(Fine with { NetworkdTakesRoutes = true }, "ForeignRoutesRemoved", "systemd-networkd", "ManageForeignRoutes=no");

    [Fact]
    public void A_setting_of_ours_that_somebody_changed() => ShouldFind(Fine with { ChangedSettings = ["net.ipv4.conf.ovp1.rp_filter is 0, not 1"] }, "SettingChanged", "rp_filter", "sysctl.d");

    [Fact]
    public void A_kernel_that_is_too_old_for_nftables_and_may_do_for_iptables()
    {
        var old = Fine with { Kernel = new Version(5, 4) };
        ShouldFind(old, "KernelTooOld", "5.4", "backend to iptables");
        Assessment.Of(old, OnIptables, 1450).Should().BeEmpty();
    }

    private static IEnumerable<NodeAgent.Health.Finding> Find(NodeFacts facts) => Assessment.Of(facts, Network, 1450);

    private static void ShouldFind(NodeFacts facts, string reason, params string[] words)
    {
        var finding = Find(facts).Should().ContainSingle().Which;
        finding.Reason.Should().Be(reason);
        foreach (var word in words)
            finding.Text.Should().Contain(word);
    }
}
