using Overlay.Api.Network;
using Overlay.Api.Policies;
using Overlay.NodeAgent.Asking;
using Overlay.NodeAgent.Asking.Kernel;
using Overlay.NodeAgent.Rules.Forwarding;
using Overlay.NodeAgent.Rules.Iptables;
using Overlay.NodeAgent.Rules.Walk;
using Overlay.NodeAgent.Tests.Rules.Bed;
using Overlay.Policy;

namespace Overlay.NodeAgent.Tests.Rules.Walk;

/// <summary>What only iptables and ipsets have, against what packets meet, on both kinds of iptables.</summary>
public abstract class IptablesKernelTests(BedBackend backend) : RuleTests(backend)
{
    [Fact]
    public async Task A_set_is_asked_as_packets_ask_it_whatever_somebody_put_into_it()
    {
        // Two addresses that make no block make a set.
        using var bed = await CreateAsync(b => b.C.Shape = _ => new Destination(b.C.Workload)
        {
            Pods = [b.C.Uid],
            Grants = [new Grant(GrantSource.AnyPod, false, null, null, BedPod.Because("some", PolicyType.Ingress)) { Standing = GrantStanding.Conditional }],
            AllowedAddresses = [new AddressGrant(new AddressRange(System.Net.Sockets.AddressFamily.InterNetwork, 0x0aff0103, 0x0aff0104), null, null, BedPod.Because("some", PolicyType.Ingress))],
        });
        (await JudgeAsync(bed.A, bed.C, 8080)).Allowed.Should().BeTrue();
        (await bed.A.TcpEchoesAsync(bed.C, 8080)).Should().BeTrue();
        var set = bed.Node2.Run("ipset", "list", "-n").Split('\n').Single(name => name.StartsWith("overlay-a", StringComparison.Ordinal) && name.Length > 20);

        bed.Node2.Run("ipset", "del", set, $"{bed.A.Address4}");
        bed.Node2.Run("ipset", "add", set, "10.255.1.0/24");
        bed.Node2.Run("ipset", "add", set, $"{bed.A.Address4}", "nomatch");

        (await JudgeAsync(bed.A, bed.C, 8080)).Allowed.Should().BeFalse();
        (await bed.A.TcpEchoesAsync(bed.C, 8080)).Should().BeFalse();
        (await JudgeAsync(bed.B, bed.C, 8080)).Allowed.Should().BeTrue();
        (await bed.B.TcpEchoesAsync(bed.C, 8080)).Should().BeTrue();
    }

    [Fact]
    public async Task A_rule_that_somebody_took_out_is_missed_as_packets_miss_it()
    {
        using var bed = await CreateAsync(b => b.C.Accept(b.A, IpProtocol.TCP, PortRange.Of(8080)));
        foreach (var ipv6 in new[] { false, true })
        {
            var grant = (await JudgeAsync(bed.A, bed.C, 8080, ipv6)).Rule!;
            bed.Node2.Run($"ip{(ipv6 ? "6" : "")}tables{bed.Node2.Variant}", "-t", "mangle", "-D", grant.Place.Split(' ')[^1], grant.Place.Split(' ')[1]);

            var said = await JudgeAsync(bed.A, bed.C, 8080, ipv6);
            said.Verdict.Should().Be("drop");
            said.Rule!.Text.Should().Be("-g OVERLAY-DENIED");
            (await bed.A.TcpEchoesAsync(bed.C, 8080, ipv6)).Should().BeFalse();
        }
    }

    [Fact]
    public async Task What_is_rejected_is_said_to_be_rejected()
    {
        using var bed = await CreateAsync(b =>
        {
            b.Node2.Settings = b.Node2.Settings with { DenyAction = DenyAction.Reject };
            b.C.Isolate();
        });

        var said = await JudgeAsync(bed.A, bed.C, 8080);

        said.Verdict.Should().Be("reject");
        said.Rule!.Text.Should().Be("-g OVERLAY-DENIED");
        said.Chains.Should().Contain("filter FORWARD").And.Contain("OVERLAY-REJECT");
    }

    [Fact]
    public async Task A_match_that_is_not_known_here_is_told_and_nothing_else()
    {
        using var bed = await CreateAsync(b => b.C.Isolate());
        bed.Node2.Run($"iptables{bed.Node2.Variant}", "-t", "mangle", "-I", "OVERLAY-JUDGE", "-p", "tcp", "-m", "multiport", "--dports", "80,8080", "-j", "ACCEPT");

        var asked = () => JudgeAsync(bed.A, bed.C, 8080);

        await asked.Should().ThrowAsync<AskException>().WithMessage("the rules of this node can not be followed: '-p tcp -m multiport --dports 80,8080 -j ACCEPT', rule 1 of mangle OVERLAY-JUDGE, is not understood");
    }

    private static async Task<WalkResult> JudgeAsync(BedPod from, BedPod to, int port, bool ipv6 = false)
    {
        var asked = new AskedConnection(from.Address(ipv6), to.Address(ipv6), IpProtocol.TCP, (ushort)port, from.Tag, from.EgressIsolated);
        var kernel = new IptablesKernel(to.Node.Routes, new IptablesPrograms(new Tools(["ip", "netns", "exec", to.Node.Name]), to.Node.Variant), to.Node.Inside);
        return (await kernel.JudgeAsync(asked, TestContext.Current.CancellationToken)).Result;
    }
}
