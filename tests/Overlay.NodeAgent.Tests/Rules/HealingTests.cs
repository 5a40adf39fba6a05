using Overlay.Api.Network;
using Overlay.Netlink.NfTables;
using Overlay.NodeAgent.Rules;
using Overlay.NodeAgent.Rules.Nftables;
using Overlay.NodeAgent.Tests.Rules.Bed;
using Overlay.Policy;

namespace Overlay.NodeAgent.Tests.Rules;

/// <summary>Whatever others do to our table is mended; what nobody touched is not.</summary>
public sealed class HealingTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_flushed_rule_set_is_back_within_a_second()
    {
        using var bed = await BedAsync();
        var before = Elements(bed.Node2);
        var groups = Groups(bed.Node2);
        await using var running = Running.Of(bed.Node2);

        bed.Node2.Run("nft", "flush", "ruleset");
        await HealsAsync(bed.Node2, before, TimeSpan.FromSeconds(1));

        Groups(bed.Node2).Should().Equal(groups, "the veths' numbers mean what they meant");

        // The kernel has the rules a moment before the agent counts them.
        for (var looks = 0; looks < 100 && bed.Node2.Rules.Statistics.Repaired == 0; looks++)
            await Task.Delay(20, Stop);
        bed.Node2.Rules.Statistics.LoadedMissing.Should().Be(2, "once at the start, once now");
        bed.Node2.Rules.Statistics.Repaired.Should().Be(1);
        (await bed.A.TcpEchoesAsync(bed.C)).Should().BeTrue();
        (await bed.B.TcpEchoesAsync(bed.C)).Should().BeFalse();
    }

    [Theory]
    [InlineData("flush set inet overlay grants_all")]
    [InlineData("flush map inet overlay senders4")]
    [InlineData("flush set inet overlay workloads")]
    [InlineData("flush set inet overlay grants_ranges")]
    [InlineData("flush chain inet overlay judge")]
    [InlineData("flush set inet overlay pools4")]
    [InlineData("insert rule inet overlay forward accept")]
    [InlineData("add element inet overlay open { 65536 }")]
    [InlineData("delete element inet overlay about { 1 }")]
    [InlineData("add chain inet overlay deny2")]
    [InlineData("add chain inet overlay deny2 { type filter hook forward priority 5; policy drop; }")]
    [InlineData("flush table inet overlay; delete chain inet overlay input; add chain inet overlay input { type filter hook input priority 7; }")]
    [InlineData("add table inet overlay { flags dormant; }")]
    public async Task Everything_else_changed_by_hand_is_mended_within_five_seconds(string command)
    {
        using var bed = await BedAsync();
        var before = Elements(bed.Node2);
        await using var running = Running.Of(bed.Node2);

        bed.Node2.Run("nft", command);
        Elements(bed.Node2).Should().NotBe(before);

        await HealsAsync(bed.Node2, before, TimeSpan.FromSeconds(5));
        (await bed.A.TcpEchoesAsync(bed.C)).Should().BeTrue();
        (await bed.B.TcpEchoesAsync(bed.C)).Should().BeFalse();
    }

    [Fact]
    public async Task What_others_do_to_their_own_tables_costs_us_no_write()
    {
        using var bed = await BedAsync();
        await using var running = Running.Of(bed.Node2);
        var written = bed.Node2.Rules.Statistics;

        for (var i = 0; i < 20; i++)
        {
            bed.Node2.Run("nft", $"add table ip others{i}");
        }

        await Task.Delay(TimeSpan.FromSeconds(1.5), Stop);
        bed.Node2.Rules.Statistics.Should().Be(written);
    }

    [Fact]
    public async Task An_agent_that_starts_again_writes_nothing_that_is_there_already()
    {
        using var bed = await BedAsync();
        var handle = bed.Node2.Tables.Tables().Single(table => table.Name == NftablesBackend.Table).Handle;
        var generation = bed.Node2.Tables.CurrentGeneration();
        var groups = Groups(bed.Node2);

        await bed.Node2.RestartAsync();
        var written = await bed.Node2.ApplyAsync();

        written.IsEmpty.Should().BeTrue();
        bed.Node2.Tables.CurrentGeneration().Number.Should().Be(generation.Number);
        bed.Node2.Tables.Tables().Single(table => table.Name == NftablesBackend.Table).Handle.Should().Be(handle);
        Groups(bed.Node2).Should().Equal(groups);
    }

    [Fact]
    public async Task Other_settings_replace_the_rules_in_one_transaction_and_connections_live_on()
    {
        using var bed = await BedAsync();
        using var listener = bed.C.Inside.Listen(bed.C.Address4, 8080);
        using var client = bed.A.Inside.Tcp(bed.A.Address4);
        (await client.ConnectsAsync(new System.Net.IPEndPoint(bed.C.Address4, 8080))).Should().BeTrue();
        using var server = await listener.AcceptAsync(Stop).AsTask().WaitAsync(Traffic.Soon, Stop);

        bed.Node2.Settings = bed.Node2.Settings with { DenyAction = DenyAction.Reject };
        var written = await bed.Node2.ApplyAsync();

        written.Replaced.Should().Be(SkeletonCondition.Changed);
        (await Traffic.TalksAsync(client, server)).Should().BeTrue();
        (await Traffic.TalksAsync(server, client)).Should().BeTrue();
    }

    [Fact]
    public async Task A_swap_under_fire_lets_nothing_denied_through()
    {
        // Fault 3: B floods C, which does not accept it, while C's rules change again and again, skeleton replacements among them.
        using var bed = await BedAsync();
        using var victim = bed.C.Udp(5000);
        using var attacker = bed.B.Udp(6000);
        using var flood = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var sent = 0;
        var flooding = Task.Run(() =>
        {
            for (; !flood.IsCancellationRequested; sent++)
            {
                attacker.SendTo(new byte[] { 1 }, new System.Net.IPEndPoint(bed.C.Address4, 5000));
            }
        }, Stop);

        for (var i = 0; i < 40; i++)
        {
            bed.C.Isolate().Accept(i % 2 == 0 ? bed.A : bed.D);
            bed.Node2.Settings = bed.Node2.Settings with { DenyAction = i % 10 < 5 ? DenyAction.Drop : DenyAction.Reject };
            await bed.Node2.ApplyAsync();
        }

        await flood.CancelAsync();
        await flooding;
        sent.Should().BeGreaterThan(1000);
        (await victim.ReceiveAsync(Traffic.Never)).Should().BeNull();
    }

    [Fact]
    public async Task A_packet_meets_the_old_rules_or_the_new_ones_never_both_and_never_neither()
    {
        // Two tables' hooks at once would shift a tag twice, or not at all: somebody else's chain looks at what comes out of prerouting.
        using var bed = await BedAsync();
        bed.Node2.Run("nft", "add table inet witness; add counter inet witness seen; add counter inet witness wrong; "
            + "add chain inet witness look { type filter hook prerouting priority -299; }; "
            + $"add rule inet witness look iifname {BedNode.Vtep} counter name seen meta mark & 0xffff0000 != 0x{bed.A.Tag.Value:x4}0000 counter name wrong");
        var flood = Flood.Of(FloodPace.Full, (bed.A, bed.C));
        var replaced = 0;
        await using (flood)
        {
            for (var i = 0; i < 60; i++)
            {
                bed.Node2.Settings = bed.Node2.Settings with { DenyAction = i % 2 == 0 ? DenyAction.Reject : DenyAction.Drop };
                replaced += (await bed.Node2.ApplyAsync()).Replaced is null ? 0 : 1;
            }
        }

        replaced.Should().Be(60);
        var counters = bed.Node2.Tables.NamedCounters(new TableName(NfFamily.Inet, "witness")).ToDictionary(counter => counter.Name, counter => counter.Value.Packets);
        TestContext.Current.TestOutputHelper!.WriteLine($"{counters["seen"]} packets, {counters["wrong"]} wrong");
        counters["seen"].Should().BeGreaterThan(10_000);
        counters["wrong"].Should().Be(0);
    }

    [Fact]
    public async Task Counters_go_on_when_the_rules_are_replaced()
    {
        using var bed = await BedAsync();
        (await bed.A.TcpEchoesAsync(bed.C)).Should().BeTrue();
        var before = bed.Node2.Counter("allowed");

        bed.Node2.Settings = bed.Node2.Settings with { DenyAction = DenyAction.Reject };
        await bed.Node2.ApplyAsync();

        before.Should().BePositive();
        bed.Node2.Counter("allowed").Should().BeGreaterThanOrEqualTo(before, "a metric that falls is taken for a restart");
    }

    [Fact]
    public async Task A_pod_that_changes_its_workload_changes_its_number()
    {
        using var bed = await BedAsync();
        var before = Groups(bed.Node2);

        bed.C.Workload = new WorkloadKey("shop", "app=renamed");
        bed.C.Isolate().Accept(bed.B);
        await bed.ApplyAsync();

        var after = Groups(bed.Node2);
        after[bed.C.Veth].Should().NotBe(before[bed.C.Veth]);
        after[bed.D.Veth].Should().Be(before[bed.D.Veth]);
        (await bed.B.TcpEchoesAsync(bed.C)).Should().BeTrue();
        (await bed.A.TcpEchoesAsync(bed.C)).Should().BeFalse();
        bed.Node2.Tables.Elements(NftablesBackend.Table, "workloads").Select(element => element.Comment).Should().BeEquivalentTo("shop{app=renamed}", "shop{app=d}");
    }

    [Fact]
    public async Task The_table_reads_like_the_packets_way()
    {
        using var bed = await BedAsync();

        var text = bed.Node2.Run("nft", "list", "table", "inet", "overlay");

        text.Should().Contain("comment \"shop/c, shop{app=c}, tag 19132\"").And.Contain("comment \"shop{app=c}\"").And.Contain("comment \"shop/accept ingress[0]\"");
        var chains = new[] { "prerouting", "out_of_pod", "out_of_vtep", "forward", "judge", "postrouting", "into_vtep", "input" };
        chains.Select(chain => text.IndexOf($"chain {chain} {{", StringComparison.Ordinal)).Should().BeInAscendingOrder().And.NotContain(-1);
    }

    [Fact]
    public async Task A_missing_nft_is_told_by_name()
    {
        using var backend = new NftablesBackend(new NftTool("/nonexistent/nft", []));

        var applying = () => backend.ApplyAsync(new RuleState { Settings = new RuleSettings { Vtep = "ovt-none" } }, Stop);

        (await applying.Should().ThrowAsync<RulesException>()).WithMessage("*/nonexistent/nft could not be started*Install nftables*");
    }

    private static Task<TestBed> BedAsync() => TestBed.CreateAsync(b => b.C.Accept(b.A));

    private static async Task HealsAsync(BedNode node, string before, TimeSpan limit)
    {
        var deadline = TimeProvider.System.GetTimestamp();
        while (Elements(node) != before)
        {
            TimeProvider.System.GetElapsedTime(deadline).Should().BeLessThan(limit, "it must be mended by then; now:\n{0}\nbefore:\n{1}", Elements(node), before);
            await Task.Delay(20, Stop);
        }
    }

    /// <summary>Everything in the kernel's table that is not a number it gave or counted.</summary>
    private static string Elements(BedNode node)
    {
        var tables = node.Tables;
        try
        {
            var lines = tables.Sets(NftablesBackend.Table).Where(set => set.Name != "about")
                .SelectMany(set => tables.Elements(NftablesBackend.Table, set.Name).Select(element => $"{set.Name} {element}"))
                .Order(StringComparer.Ordinal)
                .ToList();
            return $"{SkeletonPrint.OfKernel(tables, NftablesBackend.Table)} {SkeletonPrint.Read(tables, NftablesBackend.Table)}\n{string.Join('\n', lines)}";
        }
        catch (Netlink.NetlinkException e) when (e.IsMissing)
        {
            return "";
        }
    }

    private static SortedDictionary<string, uint> Groups(BedNode node) => new(node.Pods.ToDictionary(pod => pod.Veth, pod => node.Routes.GetLink(pod.Veth)!.Group));
}
