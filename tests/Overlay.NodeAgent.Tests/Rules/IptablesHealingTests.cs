using Overlay.Api.Wire;
using Overlay.NodeAgent.Tests.Rules.Bed;

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
            $"{iptables} -t mangle -A INPUT -p tcp -j OVERLAY-JUDGE",
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
        (await bed.Node2.Rules.RepairAsync(Stop)).IsEmpty.Should().BeTrue("it looks once at what it wrote");
        var before = Rules(bed.Node2);

        bed.Node2.Restart();
        (await bed.Node2.ApplyAsync()).IsEmpty.Should().BeTrue();

        Rules(bed.Node2).Should().Be(before);
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

    /// <summary>Everything but comments with times and counters.</summary>
    private static string Rules(BedNode node) =>
        string.Join('\n', (node.ListRules() + node.Run($"ip6tables{node.Variant}-save")).Split('\n').Where(line => !line.StartsWith('#') && !line.StartsWith(':')).Concat(
            node.ListRules().Split('\n').Where(line => line.StartsWith(":OVERLAY-", StringComparison.Ordinal))));
}
