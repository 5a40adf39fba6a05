using Overlay.NodeAgent.Tests.Rules.Bed;
using Overlay.Policy;

namespace Overlay.NodeAgent.Tests.Rules;

/// <summary>Rules of a workload can be in force before the first of its pods has a wire: then nothing but elements is left to write when it comes.</summary>
public sealed class ForeseenPodTests
{
    [Theory]
    [InlineData(BedBackend.Iptables)]
    [InlineData(BedBackend.IptablesLegacy)]
    public async Task The_first_pod_of_a_workload_starts_no_program(BedBackend backend)
    {
        using var bed = await TestBed.CreateAsync(
            bed =>
            {
                bed.A.IsWired = false;
                bed.A.Accept(bed.B, IpProtocol.UDP, PortRange.Of(5000));
            },
            backend
        );
        var before = bed.Node1.Started;
        before.Should().BePositive("the rules were written by programs");
        (await bed.B.UdpEchoesAsync(bed.A)).Should().BeFalse("as long as the rules do not know its wire, nobody reaches it");
        (await bed.A.UdpEchoesAsync(bed.B)).Should().BeFalse("and what it sends is dropped");

        bed.A.IsWired = true;
        await bed.Node1.ApplyAsync();

        bed.Node1.Started.Should().Be(before);
        (await bed.B.UdpEchoesAsync(bed.A)).Should().BeTrue();
        (await bed.B.UdpEchoesAsync(bed.A, 5001)).Should().BeFalse();
        (await bed.C.UdpEchoesAsync(bed.A)).Should().BeFalse();
        (await bed.A.UdpEchoesAsync(bed.C)).Should().BeTrue();
    }

    [Theory]
    [InlineData(BedBackend.Nftables)]
    [InlineData(BedBackend.Iptables)]
    public async Task Rules_for_a_pod_that_has_no_wire_change_nothing_for_others(BedBackend backend)
    {
        using var bed = await TestBed.CreateAsync(bed => bed.A.IsWired = false, backend);
        (await bed.B.UdpEchoesAsync(bed.C)).Should().BeTrue();
        bed.A.Isolate();
        await bed.Node1.ApplyAsync();

        (await bed.B.UdpEchoesAsync(bed.C)).Should().BeTrue();
        (await bed.C.UdpEchoesAsync(bed.B)).Should().BeTrue();
    }
}
