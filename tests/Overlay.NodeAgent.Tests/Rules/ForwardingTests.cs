using Microsoft.Extensions.Logging.Abstractions;
using Overlay.NodeAgent.Rules.Forwarding;
using Overlay.NodeAgent.Tests.Rules.Bed;

namespace Overlay.NodeAgent.Tests.Rules;

/// <summary>Invariant 13: others' firewalls are noticed; iptables' policy is overridden for the overlay's interfaces and nothing else is.</summary>
public sealed class ForwardingTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("iptables-nft", "ip6tables-nft")]
    [InlineData("iptables-legacy", "ip6tables-legacy")]
    public async Task A_forward_policy_of_drop_is_opened_for_the_overlay(string iptables, string ip6tables)
    {
        using var bed = await TestBed.CreateAsync(b => b.D.Isolate());
        foreach (var node in new[] { bed.Node1, bed.Node2 })
        {
            node.Run(iptables, "-P", "FORWARD", "DROP");
            node.Run(ip6tables, "-P", "FORWARD", "DROP");
        }

        (await bed.A.TcpEchoesAsync(bed.C)).Should().BeFalse("an accept of ours cannot override it");
        (await bed.A.TcpEchoesAsync(bed.B, ipv6: true)).Should().BeFalse();

        for (var time = 0; time < 2; time++)
        {
            (await CheckOf(bed.Node1).CheckAsync(bed.Node1.Settings, Stop)).Should().BeEmpty();
            (await CheckOf(bed.Node2).CheckAsync(bed.Node2.Settings, Stop)).Should().BeEmpty();
        }

        (await bed.A.TcpEchoesAsync(bed.C)).Should().BeTrue();
        (await bed.A.TcpEchoesAsync(bed.B, ipv6: true)).Should().BeTrue();
        (await bed.A.TcpEchoesAsync(bed.D)).Should().BeFalse("what our own rules deny stays denied");
        var listing = bed.Node1.Run(iptables, "-S", "FORWARD").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        listing.Should().HaveCount(5, "the policy, and four rules however often it is looked at").And.Contain("-A FORWARD -i ovp+ -m comment --comment overlay -j ACCEPT");
    }

    [Fact]
    public async Task A_drop_that_the_administrator_wrote_keeps_its_force()
    {
        using var bed = await TestBed.CreateAsync();
        bed.Node2.Run("iptables-nft", "-P", "FORWARD", "DROP");
        bed.Node2.Run("iptables-nft", "-A", "FORWARD", "-p", "tcp", "--dport", "23", "-j", "DROP");

        await CheckOf(bed.Node2).CheckAsync(bed.Node2.Settings, Stop);

        (await bed.A.TcpEchoesAsync(bed.C, 8080)).Should().BeTrue();
        (await bed.A.TcpEchoesAsync(bed.C, 23)).Should().BeFalse();
    }

    [Fact]
    public async Task What_is_not_iptables_is_told_with_what_to_do()
    {
        using var bed = await TestBed.CreateAsync();
        bed.Node1.Run("nft", "add table inet firewall; add chain inet firewall forwarding { type filter hook forward priority 0; policy drop; }");
        bed.Node1.Run("nft", "add table inet firewalld; add chain inet firewalld filter_FORWARD { type filter hook forward priority 10; policy accept; }");

        var advice = await CheckOf(bed.Node1).CheckAsync(bed.Node1.Settings, Stop);

        advice.Should().HaveCount(2);
        advice.Should().Contain(text => text.Contains("table inet firewall, chain forwarding", StringComparison.Ordinal) && text.Contains("iifname", StringComparison.Ordinal));
        advice.Should().Contain(text => text.Contains("firewall-cmd --permanent --zone=trusted --add-interface=overlay-vtep", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_node_without_a_firewall_is_left_as_it_is()
    {
        using var bed = await TestBed.CreateAsync();
        var before = bed.Node1.Tables.CurrentGeneration();

        (await CheckOf(bed.Node1).CheckAsync(bed.Node1.Settings, Stop)).Should().BeEmpty();

        bed.Node1.Tables.CurrentGeneration().Number.Should().Be(before.Number);
    }

    private static ForwardingCheck CheckOf(BedNode node) =>
        new(node.Tables, new Tools(["ip", "netns", "exec", node.Name]), NullLogger.Instance, node.Inside);
}
