using System.Net;
using System.Net.Sockets;
using Overlay.Netlink;
using Overlay.NodeAgent.Tests.Rules.Bed;
using Overlay.NodeAgent.Vtep;

namespace Overlay.NodeAgent.Tests.Vtep;

/// <summary>The VTEP on real kernels of both families: packets cross it, and it is what the Subnets say.</summary>
public sealed class VtepKernelTests
{
    private const string Block4 = "10.255.{0}.0/24";
    private const string Block6 = "fd00:255:0:{0}::/64";

    private static readonly IPAddress First4 = IPAddress.Parse("10.255.1.0");
    private static readonly IPAddress Second4 = IPAddress.Parse("10.255.2.0");
    private static readonly IPAddress First6 = IPAddress.Parse("fd00:255:0:1::");
    private static readonly IPAddress Second6 = IPAddress.Parse("fd00:255:0:2::");

    [Fact]
    public async Task Over_an_IPv4_underlay_an_inner_packet_may_have_1450_bytes()
    {
        using var bed = new VtepBed(n => [VtepBed.V4(n)], Block4);
        bed.Keep();

        bed.One.Vtep.Should().Match<Link>(l => l.Mtu == 1450 && l.IsUp && l.Vxlan!.GroupBasedPolicy && !l.Vxlan.Learning && VtepBed.V4(1).Equals(l.Vxlan.Local));
        (await CrossesAsync(bed, First4, Second4, bytes: 1450)).Should().BeTrue();
    }

    [Fact]
    public async Task Over_an_IPv6_underlay_an_inner_packet_may_have_1430_bytes()
    {
        using var bed = new VtepBed(n => [VtepBed.V6(n)], Block4);
        bed.Keep();

        bed.One.Vtep.Should().Match<Link>(l => l.Mtu == 1430 && l.IsUp && l.Vxlan!.GroupBasedPolicy && !l.Vxlan.Learning && VtepBed.V6(1).Equals(l.Vxlan.Local));
        (await CrossesAsync(bed, First4, Second4, bytes: 1430)).Should().BeTrue();
    }

    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    public async Task Both_families_of_pods_cross_an_underlay_of_either(int underlay)
    {
        using var bed = new VtepBed(n => underlay == 4 ? [VtepBed.V4(n)] : [VtepBed.V6(n)], Block4, Block6);
        bed.Keep();

        (await CrossesAsync(bed, First4, Second4, bytes: bed.One.Vtep.Mtu)).Should().BeTrue();
        (await CrossesAsync(bed, First6, Second6, bytes: bed.One.Vtep.Mtu)).Should().BeTrue();
        bed.One.Routes.ForwardingEntries(bed.One.Vtep.Index).Should().ContainSingle("a node is one VTEP, whatever its families");
        bed.One.Routes.Neighbours(bed.One.Vtep.Index).Where(n => n.State == NeighbourState.Permanent).Should().HaveCount(2);
        bed.Keep().Should().Be((0, 0), "all is as it should be");
    }

    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    public async Task On_nodes_of_two_families_the_address_that_the_Node_names_first_is_the_underlay(int first)
    {
        using var bed = new VtepBed(n => first == 4 ? [VtepBed.V4(n), VtepBed.V6(n)] : [VtepBed.V6(n), VtepBed.V4(n)], Block4);
        bed.Keep();

        bed.One.Routes.ForwardingEntries(bed.One.Vtep.Index).Single().Remote.Should().Be(first == 4 ? VtepBed.V4(2) : VtepBed.V6(2));
        (await CrossesAsync(bed, First4, Second4)).Should().BeTrue();
    }

    [Fact]
    public async Task An_underlay_address_given_by_hand_decides_the_family_of_the_peers_too()
    {
        using var bed = new VtepBed(n => [VtepBed.V4(n), VtepBed.V6(n)], Block4);
        bed.One.Keep(bed.Subnets, o => o with { UnderlayAddress = VtepBed.V6(1) });
        bed.Two.Keep(bed.Subnets, o => o with { UnderlayAddress = VtepBed.V6(2) });

        bed.One.Vtep.Vxlan!.Local.Should().Be(VtepBed.V6(1));
        bed.One.Routes.ForwardingEntries(bed.One.Vtep.Index).Single().Remote.Should().Be(VtepBed.V6(2));
        (await CrossesAsync(bed, First4, Second4)).Should().BeTrue();
    }

    [Fact]
    public void A_node_without_an_address_of_our_underlay_s_family_is_told_and_the_others_are_reached()
    {
        using var bed = new VtepBed(n => n == 1 ? [VtepBed.V4(n)] : [VtepBed.V6(n)], Block4);

        bed.One.Pass(bed.Subnets).Unreachable.Should().ContainSingle().Which.Should().StartWith("node n2 has no underlay address of our family");
        bed.One.Routes.ForwardingEntries(bed.One.Vtep.Index).Should().BeEmpty();
    }

    [Fact]
    public async Task A_change_of_the_underlay_s_family_makes_the_VTEP_anew()
    {
        using var before = new VtepBed(n => [VtepBed.V4(n), VtepBed.V6(n)], Block4);
        before.Keep();
        var turned = before.Subnets.Select(s => s with { Spec = s.Spec with { UnderlayAddresses = [.. s.Spec.UnderlayAddresses.Reverse()] } }).ToArray();

        before.One.Keep(turned);
        before.Two.Keep(turned);

        before.One.Vtep.Should().Match<Link>(l => VtepBed.V6(1).Equals(l.Vxlan!.Local) && l.Mtu == 1430);
        (await CrossesAsync(before, First4, Second4)).Should().BeTrue();
    }

    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    public async Task With_checksum_offload_off_the_inner_checksum_is_right_on_the_wire(int family)
    {
        using var bed = new VtepBed(n => [VtepBed.V4(n)], Block4, Block6);
        bed.Keep(o => o with { ChecksumOffload = false });
        bed.One.Routes.GetChecksumOffload(VtepDevice.Name).Should().BeFalse();
        bed.Keep(o => o with { ChecksumOffload = false }).Should().Be((0, 0));

        using var wire = PacketSocket.Open(bed.Two.Inside, VtepBed.Wire);
        (await CrossesAsync(bed, family == 4 ? First4 : First6, family == 4 ? Second4 : Second6)).Should().BeTrue();
        var seen = await wire.NextAsync(f => InnerUdp.Of(f) is { } udp && udp.Destination.Equals(family == 4 ? Second4 : Second6), Traffic.Soon);
        InnerUdp.Of(seen!)!.IsChecksumRight.Should().BeTrue();
    }

    [Fact]
    public void Checksum_offload_that_somebody_switches_back_on_is_switched_off_again()
    {
        using var bed = new VtepBed(n => [VtepBed.V4(n)], Block4);
        bed.Keep(o => o with { ChecksumOffload = false });
        bed.One.Routes.SetChecksumOffload(VtepDevice.Name, true);

        bed.Keep(o => o with { ChecksumOffload = false });

        bed.One.Routes.GetChecksumOffload(VtepDevice.Name).Should().BeFalse();
    }

    /// <summary>Whether a datagram crosses, and one goes back, in a single packet of so many bytes.</summary>
    private static async Task<bool> CrossesAsync(VtepBed bed, IPAddress from, IPAddress to, int bytes = 100)
    {
        await bed.One.Inside.UntilLocalAsync(VtepBed.V6(1));
        await bed.Two.Inside.UntilLocalAsync(VtepBed.V6(2));
        if (from.AddressFamily == AddressFamily.InterNetworkV6)
        {
            await bed.One.Inside.UntilLocalAsync(from);
            await bed.Two.Inside.UntilLocalAsync(to);
        }

        using var client = bed.One.Inside.Udp(from);
        using var server = bed.Two.Inside.Udp(to, 7000);
        foreach (var socket in new[] { client, server })
        {
            if (from.AddressFamily == AddressFamily.InterNetwork)
                socket.DontFragment = true;
            else
                socket.SetRawSocketOption(41, 62, BitConverter.GetBytes(1));    // IPPROTO_IPV6, IPV6_DONTFRAG
        }

        var content = new byte[bytes - (from.AddressFamily == AddressFamily.InterNetwork ? 28 : 48)];
        Random.Shared.NextBytes(content);
        await client.SendToAsync(content, new IPEndPoint(to, 7000));
        if (await server.ReceiveAsync(Traffic.Soon, content) is not { } sender)
            return false;
        await server.SendToAsync(content, sender);
        return await client.ReceiveAsync(Traffic.Soon, content) is not null;
    }
}
