using Overlay.NodeAgent.Tests.Rules.Bed;
using Overlay.Policy;

namespace Overlay.NodeAgent.Tests.Rules;

/// <summary>Pod to pod is judged at the destination by the sender's tag: on one node as across nodes, in both families.</summary>
public abstract class JudgementTests(BedBackend backend) : RuleTests(backend)
{
    [Theory]
    [InlineData("a", "b", false)]
    [InlineData("a", "b", true)]
    [InlineData("a", "c", false)]
    [InlineData("a", "c", true)]
    [InlineData("d", "b", false)]
    [InlineData("d", "b", true)]
    public async Task Pods_that_no_policy_selects_talk(string from, string to, bool ipv6)
    {
        using var bed = await CreateAsync();

        (await bed.Pod(from).TcpEchoesAsync(bed.Pod(to), ipv6: ipv6)).Should().BeTrue();
        (await bed.Pod(from).UdpEchoesAsync(bed.Pod(to), ipv6: ipv6)).Should().BeTrue();
    }

    [Theory]
    [InlineData("a", "b", false)]
    [InlineData("a", "b", true)]
    [InlineData("a", "c", false)]
    [InlineData("a", "c", true)]
    [InlineData("d", "b", false)]
    [InlineData("d", "b", true)]
    public async Task An_isolated_pod_hears_only_whom_it_accepts(string from, string to, bool ipv6)
    {
        using var bed = await CreateAsync(b => b.Pod(to).Accept(b.Pod(from), IpProtocol.TCP, PortRange.Of(8080)));
        var stranger = new[] { bed.A, bed.B, bed.C, bed.D }.First(pod => pod.Name != from && pod.Name != to);

        (await bed.Pod(from).TcpEchoesAsync(bed.Pod(to), 8080, ipv6)).Should().BeTrue("it is granted");
        (await bed.Pod(from).TcpEchoesAsync(bed.Pod(to), 8081, ipv6)).Should().BeFalse("another port is not");
        (await bed.Pod(from).UdpEchoesAsync(bed.Pod(to), 8080, ipv6)).Should().BeFalse("another protocol is not");
        (await stranger.TcpEchoesAsync(bed.Pod(to), 8080, ipv6)).Should().BeFalse($"{stranger} is not granted");
    }

    [Fact]
    public async Task Ranges_protocols_any_pod_and_anyone_are_granted_too()
    {
        using var bed = await CreateAsync(b =>
        {
            b.C.Accept(b.A, IpProtocol.TCP, new PortRange(8000, 8010)).Accept(b.B, IpProtocol.UDP);
            b.D.Accept(GrantSource.AnyPod, IpProtocol.TCP, PortRange.Of(80)).Accept(GrantSource.Anyone, IpProtocol.TCP, PortRange.Of(443));
        });

        (await bed.A.TcpEchoesAsync(bed.C, 8000)).Should().BeTrue();
        (await bed.A.TcpEchoesAsync(bed.C, 8010)).Should().BeTrue();
        (await bed.A.TcpEchoesAsync(bed.C, 8011)).Should().BeFalse();
        (await bed.B.UdpEchoesAsync(bed.C, 9)).Should().BeTrue();
        (await bed.B.TcpEchoesAsync(bed.C, 8000)).Should().BeFalse();
        (await bed.B.TcpEchoesAsync(bed.D, 80)).Should().BeTrue();
        (await bed.C.TcpEchoesAsync(bed.D, 443)).Should().BeTrue();
        (await bed.C.TcpEchoesAsync(bed.D, 444)).Should().BeFalse();
    }

    [Fact]
    public async Task A_range_that_is_granted_changed_and_withdrawn_later_follows_at_once()
    {
        using var bed = await CreateAsync(b => b.C.Isolate());

        foreach (var (first, last) in new[] { (8000, 8010), (8005, 8020), (8011, 8015) })
        {
            bed.C.Isolate().Accept(bed.A, IpProtocol.TCP, new PortRange((ushort)first, (ushort)last));
            await bed.ApplyAsync();
            await bed.Node2.RestartAsync();
            (await bed.Node2.ApplyAsync()).IsEmpty.Should().BeTrue("what is read back is what was written");

            (await bed.A.TcpEchoesAsync(bed.C, first)).Should().BeTrue();
            (await bed.A.TcpEchoesAsync(bed.C, last)).Should().BeTrue();
            (await bed.A.TcpEchoesAsync(bed.C, first - 1)).Should().BeFalse();
            (await bed.A.TcpEchoesAsync(bed.C, last + 1)).Should().BeFalse();
        }
    }
}
