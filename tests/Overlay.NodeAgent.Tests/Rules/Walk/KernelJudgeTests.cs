using Overlay.NodeAgent.Asking.Kernel;
using Overlay.NodeAgent.Rules.Forwarding;
using Overlay.NodeAgent.Rules.Nftables.Walk;
using Overlay.NodeAgent.Tests.Rules.Bed;
using Overlay.Policy;

namespace Overlay.NodeAgent.Tests.Rules.Walk;

/// <summary>What is said of the kernel's verdict, against what packets meet.</summary>
public sealed class KernelJudgeTests
{
    [Fact]
    public async Task It_says_what_packets_meet()
    {
        using var bed = await TestBed.CreateAsync(b =>
        {
            b.C.Accept(b.A, IpProtocol.TCP, PortRange.Of(8080));
            b.D.Accept(GrantSource.AnyPod, IpProtocol.TCP, new PortRange(80, 90));
            b.A.Exit(IpProtocol.TCP, PortRange.Of(443));
        });
        (BedPod From, BedPod To, int Port)[] cases =
        [
            (bed.A, bed.B, 8080), (bed.A, bed.C, 8080), (bed.B, bed.C, 8080), (bed.B, bed.D, 85), (bed.B, bed.D, 91), (bed.C, bed.D, 85), (bed.D, bed.A, 8080),
        ];

        foreach (var (from, to, port) in cases)
        {
            foreach (var ipv6 in new[] { false, true })
            {
                var said = await JudgeAsync(from, to, port, ipv6);
                said.Allowed.Should().Be(await from.TcpEchoesAsync(to, port, ipv6), $"{from} -> {to}:{port}: {string.Join(" > ", said.Chains)}");
            }
        }
    }

    [Fact]
    public async Task The_deciding_element_names_the_policy()
    {
        using var bed = await TestBed.CreateAsync(b =>
        {
            b.C.Accept(b.A, IpProtocol.TCP, PortRange.Of(8080));
            b.D.Accept(b.A, IpProtocol.TCP, new PortRange(80, 90));
        });

        (await JudgeAsync(bed.A, bed.C, 8080)).Element.Should().StartWith("grants { ").And.Contain("8080").And.Contain("shop/accept ingress[0]");
        (await JudgeAsync(bed.A, bed.D, 85)).Element.Should().StartWith("grants_ranges { ").And.Contain("80-90").And.Contain("shop/accept ingress[0]");
        var denied = await JudgeAsync(bed.B, bed.C, 8080);
        denied.Element.Should().BeNull();
        denied.Tried.Should().Contain(tried => tried.StartsWith("grants { ") && tried.Contains("0x00210000") && tried.Contains("8080"));
        denied.Counters.Should().Contain("denied");
    }

    [Fact]
    public async Task A_rule_that_somebody_added_by_hand_counts_as_it_does_for_packets()
    {
        using var bed = await TestBed.CreateAsync(b => b.C.Isolate());
        (await JudgeAsync(bed.A, bed.C, 8080)).Allowed.Should().BeFalse();

        bed.Node2.Run("nft", "insert", "rule", "inet", "overlay", "judge", "tcp", "dport", "8080", "accept");

        (await JudgeAsync(bed.A, bed.C, 8080)).Allowed.Should().BeTrue();
        (await bed.A.TcpEchoesAsync(bed.C, 8080)).Should().BeTrue();
    }

    private static async Task<WalkResult> JudgeAsync(BedPod from, BedPod to, int port, bool ipv6 = false)
    {
        var judge = new KernelJudge(to.Node.Routes, "nft", new Tools(["ip", "netns", "exec", to.Node.Name]), to.Node.Inside);
        var (_, result) = await judge.JudgeAsync(
            from.Address(ipv6), to.Address(ipv6), IpProtocol.TCP, (ushort)port, from.Tag, from.EgressIsolated, TestContext.Current.CancellationToken);
        return result;
    }
}
