using Overlay.CniPlugin.Tests.Bed;

namespace Overlay.CniPlugin.Tests;

/// <summary>Uninstalling: <c>overlay-agent cleanup</c> leaves the node as it was before the agent came.</summary>
public sealed class CleanupTests
{
    private static readonly string[] Unsettled = ["tentative", "NO-CARRIER", "LOWERLAYERDOWN"];

    /// <summary>iptables' own chains: it makes them with the first rule and leaves them when they are empty.</summary>
    private static readonly (string Table, string Chains)[] OfIptables =
        [("raw", "PREROUTING OUTPUT"), ("mangle", "PREROUTING INPUT FORWARD OUTPUT POSTROUTING"), ("nat", "PREROUTING OUTPUT POSTROUTING"), ("filter", "INPUT OUTPUT")];

    [Theory]
    [InlineData("nftables")]
    [InlineData("iptables")]
    public async Task The_node_is_as_it_was_before(string backend)
    {
        await using var node = NodeBed.Prepare();
        node.Put("network", Objects.Network(backend: backend));
        node.Inside("sysctl -q -w net.ipv4.ip_forward=1");
        foreach (var (table, chains) in OfIptables)
        {
            foreach (var chain in chains.Split(' '))
                node.Inside($"iptables-nft -t {table} -A {chain} -j ACCEPT && ip6tables-nft -t {table} -A {chain} -j ACCEPT"); // somebody else's
        }

        node.Inside("iptables-nft -P FORWARD DROP && ip6tables-nft -P FORWARD ACCEPT"); // the agent opens it for its pods
        await node.UntilAsync(() => !Unsettled.Any(node.Fingerprint.Contains), TimeSpan.FromSeconds(20), "the underlay has settled");
        var before = node.Fingerprint;

        await node.StartAgentAsync(install: true);
        node.Add(node.Pod()).Code.Should().Be(0);
        node.Add(node.Pod()).Code.Should().Be(0);
        await node.UntilAsync(() => File.Exists(node.InstalledConf), TimeSpan.FromSeconds(10), "the configuration is installed");
        File.Exists(node.InstalledLoopback).Should().BeTrue("this node had none");
        await node.UntilAsync(() => node.Fingerprint.Contains("--comment overlay", StringComparison.Ordinal), TimeSpan.FromSeconds(10), "the firewall is opened");
        var (refused, said) = node.Cleanup();
        (refused, said.Contains("stop it first", StringComparison.Ordinal)).Should().Be((1, true), "under a running agent nothing would stay away");
        node.Veths.Should().HaveCount(2);

        await node.KillAgentAsync();
        node.Inside($"touch {node.State}/somebody-elses");
        (refused, said) = node.Cleanup();
        (refused, said.Contains("LEFT", StringComparison.Ordinal) && said.Contains("somebody-elses", StringComparison.Ordinal)).Should().Be((1, true), said);
        node.Fingerprint.Should().Be(before, said);
        node.Inside($"rm {node.State}/somebody-elses");
        var (code, again) = node.Cleanup();
        code.Should().Be(0, again);
        (File.Exists(node.InstalledConf), File.Exists(node.InstalledPlugin), File.Exists(node.InstalledLoopback), Directory.Exists(node.State), Directory.Exists(Path.GetDirectoryName(node.Socket))).Should().Be((false, false, false, false, false));
        node.Cleanup().Should().Match<(int Code, string Said)>(third => third.Code == 0 && third.Said.Contains("0 things removed", StringComparison.Ordinal));
    }
}
