using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Overlay.Api.Wire;
using Overlay.NodeAgent.Pods;
using Overlay.NodeAgent.Tests.Rules.Bed;

namespace Overlay.NodeAgent.Tests.Rules;

/// <summary>DEL answers before the kernel has taken the pod's veth away. Until then nothing passes it, whoever keeps its namespace alive and sends on.</summary>
public abstract class CutWireTests(BedBackend backend) : RuleTests(backend)
{
    [Fact]
    public async Task Nothing_passes_it_while_the_rules_still_know_the_pod()
    {
        using var bed = await CreateAsync();
        using var hostile = PacketSocket.Open(bed.A.Inside, "eth0");
        using var removal = RemovalOn(bed.Node1);
        foreach (var ipv6 in new[] { false, true })
        {
            (await bed.A.UdpEchoesAsync(bed.B, ipv6: ipv6)).Should().BeTrue();
            (await bed.A.UdpEchoesAsync(bed.C, ipv6: ipv6)).Should().BeTrue();
        }

        removal.Cut(bed.A.Veth).Should().BeTrue();

        foreach (var ipv6 in new[] { false, true })
        {
            foreach (var other in new[] { bed.B, bed.C })
            {
                await HearsNothingAsync(other, ipv6, () => Send(hostile, bed.A, other, ipv6));
                (await other.UdpEchoesAsync(bed.A, ipv6: ipv6)).Should().BeFalse("nor is it reached");
            }
        }
    }

    [Fact]
    public async Task The_next_pod_with_its_address_is_alone_with_it()
    {
        using var bed = await CreateAsync();
        using var hostile = PacketSocket.Open(bed.A.Inside, "eth0");
        using var removal = RemovalOn(bed.Node1);
        var gone = bed.A;
        removal.Cut(gone.Veth).Should().BeTrue();

        using var kept = gone.Inside;
        var heir = bed.Inherit(gone, "e", new Tag(40));
        await bed.ApplyAsync();
        await heir.Inside.UntilLocalAsync(heir.Address6);

        foreach (var ipv6 in new[] { false, true })
        {
            using var ear = gone.Udp(5000, ipv6);
            foreach (var other in new[] { bed.B, bed.C })
            {
                await HearsNothingAsync(other, ipv6, () => Send(hostile, gone, other, ipv6));
                (await heir.UdpEchoesAsync(other, ipv6: ipv6)).Should().BeTrue("its own packets pass");
                (await other.UdpEchoesAsync(heir, ipv6: ipv6)).Should().BeTrue();
            }

            ear.Available.Should().Be(0, "what is meant for the next pod does not come to the one before it");
        }
    }

    [Fact]
    public async Task It_stays_cut_when_rules_and_wires_are_mended()
    {
        using var bed = await CreateAsync();
        using var removal = RemovalOn(bed.Node1);
        removal.Cut(bed.A.Veth).Should().BeTrue();

        await bed.Node1.Rules.RepairAsync(TestContext.Current.CancellationToken);
        await bed.ApplyAsync();

        bed.Node1.Routes.GetLink(bed.A.Veth)!.IsUp.Should().BeFalse();
        (await bed.A.UdpEchoesAsync(bed.B)).Should().BeFalse();
    }

    private static WireRemoval RemovalOn(BedNode node) => new(node.Routes, node.Routes, TimeProvider.System, NullLogger<WireRemoval>.Instance);

    private static async Task HearsNothingAsync(BedPod victim, bool ipv6, Action send)
    {
        using var socket = victim.Udp(5000, ipv6);
        for (var i = 0; i < 50; i++)
            send();
        (await socket.ReceiveAsync(Traffic.Never, "still here"u8.ToArray())).Should().BeNull();
    }

    /// <summary>What it can: a whole frame, past its own kernel's routes. Its kernel may refuse, for the device has lost its carrier.</summary>
    private static void Send(PacketSocket hostile, BedPod from, BedPod to, bool ipv6)
    {
        try
        {
            hostile.Send(Frame.Udp(from.Mac, from.HostMac, new IPEndPoint(from.Address(ipv6), 5000), new IPEndPoint(to.Address(ipv6), 5000), "still here"u8));
        }
        catch (SocketException)
        {
            // Refused is as good as dropped.
        }
    }
}
