using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Overlay.NodeAgent.Tests.Rules.Bed;

namespace Overlay.NodeAgent.Tests.Rules;

/// <summary>Fault 15: a pod that writes its own frames sends from its own addresses or not at all, whatever rp_filter says.</summary>
public abstract class SpoofingTests(BedBackend backend) : RuleTests(backend)
{
    /// <summary>Many kernels' ipsets hold no hardware addresses. A frame with a false one is still its pod's: the device tells.</summary>
    private bool BindsHardwareAddresses => Backend == BedBackend.Nftables;

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("2")]
    public async Task Nothing_with_a_false_source_is_delivered(string reversePathFilter)
    {
        using var bed = await CreateAsync();
        bed.Node1.Inside.Run(() =>
        {
            foreach (var device in new[] { "all", bed.A.Veth })
            {
                TestBed.Write($"/proc/sys/net/ipv4/conf/{device}/rp_filter", reversePathFilter);
            }

            return 0;
        });
        using var hostile = PacketSocket.Open(bed.A.Inside, "eth0");
        var stranger = new PhysicalAddress([0xee, 0xee, 1, 2, 3, 4]);
        foreach (var victim in new[] { bed.B, bed.C })
        {
            foreach (var ipv6 in new[] { false, true })
            {
                using var socket = victim.Udp(5000, ipv6);
                byte[] From(PhysicalAddress mac, IPAddress source) =>
                    Frame.Udp(mac, bed.A.HostMac, new IPEndPoint(source, 5000), new IPEndPoint(victim.Address(ipv6), 5000), "spoofed"u8);

                for (var i = 0; i < 20; i++)
                {
                    hostile.Send(From(bed.A.Mac, bed.D.Address(ipv6)));
                    hostile.Send(From(bed.A.Mac, bed.B.Address(ipv6)));
                    hostile.Send(From(bed.A.Mac, victim.Address(ipv6)));
                    hostile.Send(From(bed.A.Mac, ipv6 ? bed.Node1.VtepAddress6 : bed.Node1.VtepAddress4));
                    hostile.Send(From(bed.A.Mac, IPAddress.Parse(ipv6 ? "2001:db8::1" : "198.51.100.1")));
                    hostile.Send(From(bed.A.Mac, IPAddress.Parse(ipv6 ? "fe80::2" : "169.254.0.1")));
                    if (BindsHardwareAddresses)
                    {
                        hostile.Send(From(stranger, bed.A.Address(ipv6)));
                    }

                    hostile.Send(From(bed.B.Mac, bed.B.Address(ipv6)));
                }

                (await socket.ReceiveAsync(Traffic.Never)).Should().BeNull();
                hostile.Send(From(bed.A.Mac, bed.A.Address(ipv6)));
                (await socket.ReceiveAsync(Traffic.Soon)).Should().Be(new IPEndPoint(bed.A.Address(ipv6), 5000), "the true source passes");
            }
        }

        bed.Node1.Counter("spoofed").Should().BeGreaterThanOrEqualTo(2 * 2 * 20 * (BindsHardwareAddresses ? 7 : 6));
    }

    [Fact]
    public async Task A_pod_is_no_router()
    {
        using var bed = await CreateAsync();
        bed.Node1.Inside.Run(() =>
        {
            TestBed.Write($"/proc/sys/net/ipv6/conf/{bed.A.Veth}/accept_ra", "2");
            return 0;
        });
        using var hostile = PacketSocket.Open(bed.A.Inside, "eth0");
        byte[] advertisement = [134, 0, 0, 0, 64, 0, 0x07, 0x08, 0, 0, 0, 0, 0, 0, 0, 0];

        hostile.Send(Frame.Ip(bed.A.Mac, new PhysicalAddress([0x33, 0x33, 0, 0, 0, 1]), IPAddress.Parse("fe80::66"), IPAddress.Parse("ff02::1"), 58, advertisement, 2));
        hostile.Send(Frame.Ip(bed.A.Mac, bed.A.HostMac, bed.A.Address6, bed.Node1.UnderlayAddress6, 58, (byte[])advertisement.Clone(), 2));

        bed.Node1.Counter("advertised").Should().Be(2);
        bed.Node1.Run("ip", "-6", "route").Should().NotContain("proto ra");
    }

    [Fact]
    public async Task An_address_of_the_pools_does_not_come_from_the_underlay()
    {
        using var bed = await CreateAsync();
        using var wire = PacketSocket.Open(bed.Node2.Inside, BedNode.Underlay);
        using var victim = bed.A.Udp(5000);
        var node1 = bed.Node1.Routes.GetLink(BedNode.Underlay)!.MacAddress!;
        var node2 = bed.Node2.Routes.GetLink(BedNode.Underlay)!.MacAddress!;

        wire.Send(Frame.Udp(node2, node1, new IPEndPoint(bed.C.Address4, 5000), new IPEndPoint(bed.A.Address4, 5000), "strayed"u8));

        (await victim.ReceiveAsync(Traffic.Never)).Should().BeNull();
        bed.Node1.Counter("strayed").Should().Be(1);
    }
}
