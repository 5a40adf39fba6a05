using Overlay.NodeAgent.Asking.Kernel;
using Overlay.NodeAgent.Rules.Forwarding;
using Overlay.NodeAgent.Rules.Iptables;
using Overlay.NodeAgent.Rules.Walk;
using Overlay.NodeAgent.Tests.Rules.Bed;
using Overlay.Policy;

namespace Overlay.NodeAgent.Tests.Rules.Walk;

/// <summary>What is said of the kernel's verdict, against what packets meet.</summary>
public abstract class KernelJudgeTests(BedBackend backend) : RuleTests(backend)
{
    [Fact]
    public async Task It_says_what_packets_meet()
    {
        using var bed = await CreateAsync(b =>
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
    public async Task What_decides_names_the_policy()
    {
        using var bed = await CreateAsync(b =>
        {
            b.C.Accept(b.A, IpProtocol.TCP, PortRange.Of(8080));
            b.D.Accept(b.A, IpProtocol.TCP, new PortRange(80, 90));
        });
        (await bed.A.TcpEchoesAsync(bed.C, 8080)).Should().BeTrue();

        var (one, range, denied) = (await JudgeAsync(bed.A, bed.C, 8080), await JudgeAsync(bed.A, bed.D, 85), await JudgeAsync(bed.B, bed.C, 8080));

        denied.Counters.Should().Contain("denied");
        denied.Element.Should().BeNull();
        if (Backend == BedBackend.Nftables)
        {
            one.Element.Should().StartWith("grants { ").And.Contain("8080").And.Contain("shop/accept ingress[0]");
            range.Element.Should().StartWith("grants_ranges { ").And.Contain("80-90").And.Contain("shop/accept ingress[0]");
            denied.Tried.Should().Contain(tried => tried.StartsWith("grants { ") && tried.Contains("0x00210000") && tried.Contains("8080"));
            return;
        }

        one.Rule!.Policy.Should().Be("shop/accept ingress[0]");
        one.Rule.Text.Should().Contain("--dport 8080").And.EndWith("-g OVERLAY-ALLOWED");
        one.Rule.Packets.Should().BePositive("the rule's own counter is told, and a connection went by it");
        range.Rule!.Text.Should().Contain("--dport 80:90");
        denied.Rule!.Text.Should().Be("-g OVERLAY-DENIED");
        denied.Rule.Place.Should().MatchRegex("^rule [0-9]+ of mangle OVERLAY-IN[0-9]+$");
        denied.Tried.Should().ContainSingle().Which.Should().Contain("--dport 8080").And.Contain("shop/accept ingress[0]");
    }

    [Fact]
    public async Task A_rule_that_somebody_added_by_hand_counts_as_it_does_for_packets()
    {
        using var bed = await CreateAsync(b => b.C.Isolate());
        (await JudgeAsync(bed.A, bed.C, 8080)).Allowed.Should().BeFalse();

        string[] line = Backend == BedBackend.Nftables
            ? ["nft", "insert", "rule", "inet", "overlay", "judge", "tcp", "dport", "8080", "accept"]
            : [$"iptables{bed.Node2.Variant}", "-t", "mangle", "-I", "OVERLAY-JUDGE", "-p", "tcp", "--dport", "8080", "-j", "ACCEPT"];
        bed.Node2.Run(line[0], line[1..]);

        var said = await JudgeAsync(bed.A, bed.C, 8080);
        said.Allowed.Should().BeTrue();
        (Backend == BedBackend.Nftables || said.Rule is { Place: "rule 1 of mangle OVERLAY-JUDGE" }).Should().BeTrue($"{said.Rule}");
        (await bed.A.TcpEchoesAsync(bed.C, 8080)).Should().BeTrue();
    }

    [Fact]
    public async Task A_pod_is_found_by_its_address_with_what_marks_it()
    {
        using var bed = await CreateAsync(b => b.A.Exit(IpProtocol.TCP, PortRange.Of(443)));
        foreach (var ipv6 in new[] { false, true })
        {
            var found = await KernelOf(bed.Node1).FindAsync(bed.A.Address(ipv6), TestContext.Current.CancellationToken);
            found.Should().BeEquivalentTo(new { bed.A.Veth, bed.A.Tag, EgressIsolated = true });
            found!.Element.Should().Contain($"{bed.A.Address(ipv6)}").And.Contain(bed.A.Veth).And.Contain("shop/a, shop{app=a}, tag 16");
            if (Backend != BedBackend.Nftables)
            {
                found.Rule.Should().MatchRegex("^rule 2 of mangle OVERLAY-FROM-POD: -j SET --map-set overlay-pods[46] src,src --map-mark, [0-9]+ packets, [0-9]+ bytes$");
            }
        }

        (await KernelOf(bed.Node1).FindAsync(bed.C.Address4, TestContext.Current.CancellationToken)).Should().BeNull();
    }

    private static IKernel KernelOf(BedNode node)
    {
        var tools = new Tools(["ip", "netns", "exec", node.Name]);
        return node.Backend == BedBackend.Nftables ? new NftablesKernel(node.Routes, "nft", tools, node.Inside) : new IptablesKernel(node.Routes, new IptablesPrograms(tools, node.Variant), node.Inside);
    }

    private static async Task<WalkResult> JudgeAsync(BedPod from, BedPod to, int port, bool ipv6 = false)
    {
        var asked = new AskedConnection(from.Address(ipv6), to.Address(ipv6), IpProtocol.TCP, (ushort)port, from.Tag, from.EgressIsolated);
        return (await KernelOf(to.Node).JudgeAsync(asked, TestContext.Current.CancellationToken)).Result;
    }
}
