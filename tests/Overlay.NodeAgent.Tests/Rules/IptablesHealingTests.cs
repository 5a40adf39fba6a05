using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Overlay.Api.Network;
using Overlay.Api.Policies;
using Overlay.Api.Wire;
using Overlay.NodeAgent.Rules;
using Overlay.NodeAgent.Rules.Forwarding;
using Overlay.NodeAgent.Rules.Iptables;
using Overlay.NodeAgent.Tests.Rules.Bed;
using Overlay.Policy;

namespace Overlay.NodeAgent.Tests.Rules;

/// <summary>Whatever others do to our chains and sets is mended by one look, and what nobody touched is not written.</summary>
public sealed class IptablesHealingTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(BedBackend.Iptables)]
    [InlineData(BedBackend.IptablesLegacy)]
    public async Task What_others_changed_is_mended_by_one_look(BedBackend backend)
    {
        using var bed = await TestBed.CreateAsync(b => b.C.Accept(b.A), backend);
        var node = bed.Node2;
        var iptables = $"iptables{node.Variant}";
        string[] changes =
        [
            $"{iptables} -t mangle -F",
            $"{iptables} -t mangle -D FORWARD -j OVERLAY-FORWARD",
            $"{iptables} -t mangle -I FORWARD -j ACCEPT",
            $"{iptables} -t mangle -F OVERLAY-JUDGE",
            $"{iptables} -t mangle -I OVERLAY-JUDGE -j ACCEPT",
            $"{iptables} -t raw -F PREROUTING",
            $"ip6tables{node.Variant} -t mangle -F OVERLAY-FROM-POD",
            $"{iptables} -t mangle -N OVERLAY-STRANGE",
            "ipset flush overlay-pods4",
            "ipset add overlay-pods4 10.255.2.99,ovpd",
            "ipset flush overlay-nodes4",
            $"{iptables} -t filter -F",
            $"{iptables} -t nat -F",
            $"{iptables} -t mangle -A INPUT -p tcp -j OVERLAY-OUTSIDER",
        ];

        foreach (var change in changes)
        {
            var before = Rules(node);
            var words = change.Split(' ');
            node.Run(words[0], words[1..]);
            Rules(node).Should().NotBe(before, change);

            (await node.Rules.RepairAsync(Stop)).IsEmpty.Should().BeFalse(change);

            // Another's rule that was put before ours stays, behind ours.
            node.Run(iptables, "-t", "mangle", "-S", "FORWARD").Split('\n')[1].Should().Be("-A FORWARD -j OVERLAY-FORWARD");
            (await node.Rules.RepairAsync(Stop)).IsEmpty.Should().BeTrue("{0} is mended", change);
        }

        (await bed.A.TcpEchoesAsync(bed.C)).Should().BeTrue();
        (await bed.B.TcpEchoesAsync(bed.C)).Should().BeFalse();
    }

    [Theory]
    [InlineData(BedBackend.Iptables)]
    [InlineData(BedBackend.IptablesLegacy)]
    public async Task An_agent_that_starts_again_writes_nothing_that_is_there_already(BedBackend backend)
    {
        using var bed = await TestBed.CreateAsync(b => b.C.Accept(b.A), backend);
        await bed.Node2.RestartAsync();
        var before = Rules(bed.Node2);

        (await bed.Node2.ApplyAsync()).IsEmpty.Should().BeTrue();

        Rules(bed.Node2).Should().Be(before);
    }

    [Theory]
    [InlineData(BedBackend.Iptables, "nft flush ruleset", 2)]
    [InlineData(BedBackend.Iptables, "iptables-nft -t mangle -F", 4)]
    [InlineData(BedBackend.Iptables, "iptables-nft -t mangle -I OVERLAY-JUDGE -j ACCEPT", 4)]
    [InlineData(BedBackend.IptablesLegacy, "iptables-legacy -t mangle -F", 6)]
    [InlineData(BedBackend.IptablesLegacy, "ipset flush overlay-pods4", 6)]
    public async Task It_heals_by_itself(BedBackend backend, string change, int seconds)
    {
        using var bed = await TestBed.CreateAsync(b => b.C.Accept(b.A), backend);
        (await bed.Node2.Rules.RepairAsync(Stop)).IsEmpty.Should().BeTrue();
        var before = Rules(bed.Node2);
        await using var running = Running.Of(bed.Node2);

        var words = change.Split(' ');
        bed.Node2.Run(words[0], words[1..]);
        using var patience = Patience.Of(TimeSpan.FromSeconds(seconds));
        while (Rules(bed.Node2) != before)
        {
            await Task.Delay(20, patience.Token);
        }

        (await bed.A.TcpEchoesAsync(bed.C)).Should().BeTrue();
        (await bed.B.TcpEchoesAsync(bed.C)).Should().BeFalse();
    }

    [Theory]
    [InlineData(BedBackend.Iptables)]
    [InlineData(BedBackend.IptablesLegacy)]
    public async Task A_swap_under_fire_lets_nothing_denied_through(BedBackend backend)
    {
        using var bed = await TestBed.CreateAsync(b => b.C.Accept(b.A), backend);
        await using var fire = Flood.Of((bed.B, bed.C), (bed.D, bed.C));

        for (var i = 0; i < 20; i++)
        {
            bed.C.Isolate().Accept(bed.A, ports: PortRange.Of((ushort)(9000 + i)), protocol: IpProtocol.TCP);
            bed.C.Shape = destination => destination with { DeniedAddresses = i % 4 < 2 ? [] : [.. Denied(i)] };
            bed.Node2.Settings = bed.Node2.Settings with { DenyAction = i % 10 < 5 ? DenyAction.Drop : DenyAction.Reject };
            await bed.Node2.ApplyAsync();
        }

        (await fire.EndAsync()).Delivered.Should().Be(0);
    }

    [Theory]
    [InlineData("ip6tables", "*mangle")]
    [InlineData("iptables", "*mangle")]
    [InlineData("ip6tables", "*raw")]
    public async Task A_load_that_fails_halfway_lets_nothing_denied_through_and_is_finished_later(string program, string table)
    {
        using var bed = await TestBed.CreateAsync(b => b.C.Accept(b.A), BedBackend.Iptables);
        await using var fire = Flood.Of((bed.B, bed.C), (bed.D, bed.C));

        bed.Node2.Refuse = (started, input) => started.StartsWith(program, StringComparison.Ordinal) && input.StartsWith(table, StringComparison.Ordinal);
        bed.C.Isolate().Accept(bed.A, ports: PortRange.Of(8080), protocol: IpProtocol.TCP);
        bed.Node2.Restricted.Add(new Tag(9000));
        await bed.Node2.Invoking(node => node.ApplyAsync()).Should().ThrowAsync<RulesException>();
        bed.Node2.Refuse = (_, _) => false;
        await bed.Node2.ApplyAsync();

        (await bed.A.TcpEchoesAsync(bed.C)).Should().BeTrue();
        (await bed.A.TcpEchoesAsync(bed.C, ipv6: true)).Should().BeTrue();
        (await bed.A.TcpEchoesAsync(bed.C, port: 8081)).Should().BeFalse();
        (await bed.B.TcpEchoesAsync(bed.C)).Should().BeFalse();
        (await fire.EndAsync()).Delivered.Should().Be(0);
        (await bed.Node2.Rules.RepairAsync(Stop)).IsEmpty.Should().BeTrue();
    }

    [Theory]
    [InlineData(BedBackend.Iptables)]
    [InlineData(BedBackend.IptablesLegacy)]
    public async Task A_change_by_hand_right_after_a_write_is_noticed(BedBackend backend)
    {
        using var bed = await TestBed.CreateAsync(b => b.C.Accept(b.A), backend);

        // Nobody has looked yet at how the kernel prints what was written.
        bed.Node2.Run($"iptables{bed.Node2.Variant}", "-t", "mangle", "-F", "OVERLAY-DENIED");
        bed.Node2.Run($"iptables{bed.Node2.Variant}", "-t", "mangle", "-I", "FORWARD", "-j", "ACCEPT");
        (await bed.B.TcpEchoesAsync(bed.C)).Should().BeTrue();
        (await bed.Node2.Rules.RepairAsync(Stop)).IsEmpty.Should().BeFalse();

        (await bed.A.TcpEchoesAsync(bed.C)).Should().BeTrue();
        (await bed.B.TcpEchoesAsync(bed.C)).Should().BeFalse();
    }

    [Theory]
    [InlineData(BedBackend.Iptables)]
    [InlineData(BedBackend.IptablesLegacy)]
    public async Task A_pod_of_a_known_workload_costs_no_process(BedBackend backend)
    {
        using var bed = await TestBed.CreateAsync(b => b.C.Accept(b.A), backend);
        bed.Node2.Started = 0;

        bed.D.Workload = bed.C.Workload;
        bed.D.Tag = bed.C.Tag;
        await bed.Node2.ApplyAsync();
        var withTheChains = bed.Node2.Started;
        bed.C.Tag = new Tag(0x123);
        await bed.Node2.ApplyAsync();

        (bed.Node2.Started - withTheChains).Should().Be(0);
        bed.Node2.Run("ipset", "save", "overlay-pods4").Should().Contain("skbmark 0x123/0x7f1fff");
    }

    [Fact]
    public async Task It_waits_while_somebody_else_holds_the_lock_of_the_old_iptables()
    {
        using var bed = await TestBed.CreateAsync(b => b.C.Accept(b.A), BedBackend.IptablesLegacy);
        var lockFile = Path.GetTempFileName();
        using var rules = new NodeRules(
            new IptablesBackend(new Tools(["env", $"XTABLES_LOCKFILE={lockFile}", "ip", "netns", "exec", bed.Node2.Name]), "-legacy", bed.Node2.Inside),
            new VethGroups(bed.Node2.Routes, "ovp"),
            NullLogger.Instance,
            TimeProvider.System
        );
        try
        {
            bed.C.Isolate().Accept(bed.B);
            Task<RuleChanges> applying;
            using (var holder = Process.Start("flock", [lockFile, "sleep", "30"]))
            {
                await UntilLockedAsync(lockFile);
                applying = rules.ApplyAsync(bed.Node2.Inputs, Stop);
                await Task.Delay(TimeSpan.FromSeconds(1), Stop);
                applying.IsCompleted.Should().BeFalse("somebody else writes");
                holder.Kill(entireProcessTree: true);
            }

            (await applying).IsEmpty.Should().BeFalse();
            (await bed.B.TcpEchoesAsync(bed.C)).Should().BeTrue();
            (await bed.A.TcpEchoesAsync(bed.C)).Should().BeFalse();
        }
        finally
        {
            File.Delete(lockFile);
        }
    }

    private static async Task UntilLockedAsync(string file)
    {
        while (true)
        {
            using var probe = Process.Start("flock", ["--nonblock", file, "true"]);
            await probe.WaitForExitAsync(Stop);
            if (probe.ExitCode != 0)
            {
                return;
            }
        }
    }

    private static IEnumerable<AddressGrant> Denied(int i) =>
        from part in (int[])[0, 2]
        select new AddressGrant(AddressRange.Of(IPNetwork.Parse($"198.51.{i}.{part}/32")), null, null, BedPod.Because("denied", PolicyType.Ingress));

    /// <summary>Everything but comments with times and counters.</summary>
    private static string Rules(BedNode node) =>
        string.Join('\n', (node.ListRules() + node.Run($"ip6tables{node.Variant}-save")).Split('\n').Where(line => !line.StartsWith('#') && !line.StartsWith(':')).Concat(
            node.ListRules().Split('\n').Where(line => line.StartsWith(":OVERLAY-", StringComparison.Ordinal))));
}
