using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Overlay.Api.Network;
using Overlay.NodeAgent.Rules;
using Overlay.NodeAgent.Rules.Forwarding;
using Overlay.NodeAgent.Tests.Rules.Bed;

namespace Overlay.NodeAgent.Tests.Rules;

/// <summary>A node that comes to use the other rule engine: nothing denied passes, connections live on, nothing of the old one stays.</summary>
public sealed class SwitchingTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("-nft", false)]
    [InlineData("-nft", true)]
    [InlineData("-legacy", true)]
    public async Task To_iptables_on_a_node_where_nobody_has_used_iptables_yet(string variant, bool afterNftables)
    {
        using var bed = await TestBed.CreateAsync(b => b.C.Accept(b.A), BedBackend.Nftables);
        if (!afterNftables)
        {
            bed.Node2.Run("nft", "delete", "table", "inet", "overlay");
        }

        string[] prefix = ["ip", "netns", "exec", bed.Node2.Name];
        using var rules = new NodeRules(
            new ChosenBackend("nft", new Tools(prefix), prefix, variant, bed.Node2.Inside, NullLogger.Instance),
            new VethGroups(bed.Node2.Routes, "ovp"),
            NullLogger.Instance,
            TimeProvider.System
        );
        bed.Node2.Settings = bed.Node2.Settings with { Backend = RuleBackend.Iptables };

        await rules.ApplyAsync(bed.Node2.Inputs, Stop);

        rules.Backend.Should().Be("iptables");
        bed.Node2.Run($"iptables{variant}-save").Should().Contain("-A FORWARD -j OVERLAY-FORWARD");
        bed.Node2.Run("nft", "list", "tables").Should().NotContain("inet overlay");
        (await rules.RepairAsync(Stop)).IsEmpty.Should().BeTrue("it is all as it should be");
    }

    [Theory]
    [InlineData("-nft")]
    [InlineData("-legacy")]
    public async Task There_and_back_under_fire(string variant)
    {
        // Narrow tags on both nodes; node 2 changes engines, node 1 keeps iptables: a cluster may mix them.
        using var bed = await TestBed.CreateAsync(b => b.C.Accept(b.A), variant == "-nft" ? BedBackend.Iptables : BedBackend.IptablesLegacy);
        string[] prefix = ["ip", "netns", "exec", bed.Node2.Name];
        using var rules = new NodeRules(
            new ChosenBackend("nft", new Tools(prefix), prefix, variant, bed.Node2.Inside, NullLogger.Instance),
            new VethGroups(bed.Node2.Routes, "ovp"),
            NullLogger.Instance,
            TimeProvider.System
        );
        rules.Backend.Should().Be("iptables", "it is what the kernel has");
        using var listener = bed.C.Inside.Listen(bed.C.Address4, 8080);
        using var client = bed.A.Inside.Tcp(bed.A.Address4);
        (await client.ConnectsAsync(new IPEndPoint(bed.C.Address4, 8080))).Should().BeTrue();
        using var server = await listener.AcceptAsync(Stop);
        using var victim = bed.C.Udp(5000);
        using var attacker = bed.B.Udp(6000);
        using var neighbour = bed.D.Udp(6000);
        using var flood = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var flooding = Task.Run(() =>
        {
            while (!flood.IsCancellationRequested)
            {
                attacker.SendTo(new byte[] { 1 }, new IPEndPoint(bed.C.Address4, 5000));
                neighbour.SendTo(new byte[] { 1 }, new IPEndPoint(bed.C.Address4, 5000));
            }
        }, Stop);

        foreach (var engine in new[] { RuleBackend.Auto, RuleBackend.Iptables, RuleBackend.Nftables, RuleBackend.Iptables, RuleBackend.Auto })
        {
            bed.Node2.Settings = bed.Node2.Settings with { Backend = engine };
            await rules.ApplyAsync(bed.Node2.Inputs, Stop);

            rules.Backend.Should().Be(engine == RuleBackend.Iptables ? "iptables" : "nftables", "auto prefers nftables");
            rules.IsNarrow.Should().Be(engine == RuleBackend.Iptables);
            (await Traffic.TalksAsync(client, server)).Should().BeTrue("a connection goes on, {0}", engine);
            (await Traffic.TalksAsync(server, client)).Should().BeTrue("a connection goes on, {0}", engine);
            var tables = bed.Node2.Run("nft", "list", "tables");
            var old = bed.Node2.Run($"iptables{variant}-save") + bed.Node2.Run($"ip6tables{variant}-save");
            (tables.Contains("inet overlay", StringComparison.Ordinal), old.Contains("OVERLAY-", StringComparison.Ordinal)).Should().Be(engine == RuleBackend.Iptables ? (false, true) : (true, false));
            (await rules.RepairAsync(Stop)).IsEmpty.Should().BeTrue("it is all as it should be");
        }

        await flood.CancelAsync();
        await flooding;
        (await victim.ReceiveAsync(Traffic.Never)).Should().BeNull();
        (await bed.A.UdpEchoesAsync(bed.C, 5001)).Should().BeTrue();
    }
}
