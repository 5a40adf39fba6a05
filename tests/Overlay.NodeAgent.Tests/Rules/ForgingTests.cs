using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Overlay.NodeAgent.Tests.Rules.Bed;

namespace Overlay.NodeAgent.Tests.Rules;

/// <summary>
/// Fault 1: a tag is a credential. Pod A, unprivileged, wraps a packet of its own into VXLAN with somebody else's tag and tries every way to bring it to
/// a node's VTEP. Nothing may arrive.
/// </summary>
public abstract class ForgingTests(BedBackend backend) : RuleTests(backend)
{
    private const int Count = 2500;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Such_a_packet_is_well_made_it_arrives_when_a_node_sends_it()
    {
        using var bed = await BedAsync();
        using var victim = bed.D.Udp(5000);
        using var node = bed.Node1.Inside.Udp(bed.Node1.UnderlayAddress);

        await node.SendToAsync(ForD(bed), new IPEndPoint(bed.Node2.UnderlayAddress, 4789));

        (await victim.ReceiveAsync(Traffic.Soon)).Should().Be(new IPEndPoint(bed.B.Address4, 5000));
    }

    [Fact]
    public async Task Not_from_an_address_that_is_no_nodes()
    {
        using var bed = await BedAsync();
        bed.Node2.UnderlayOfAll = [bed.Node2.UnderlayAddress];
        await bed.Node2.ApplyAsync();
        using var victim = bed.D.Udp(5000);
        using var stranger = bed.Node1.Inside.Udp(bed.Node1.UnderlayAddress);

        await stranger.SendToAsync(ForD(bed), new IPEndPoint(bed.Node2.UnderlayAddress, 4789));

        (await victim.ReceiveAsync(Traffic.Never)).Should().BeNull();
        bed.Node2.Counter("forged").Should().Be(1);
    }

    [Fact]
    public async Task Not_to_another_node()
    {
        using var bed = await BedAsync();
        await FloodAsync(bed, bed.D, ForD(bed), new IPEndPoint(bed.Node2.UnderlayAddress, 4789));
        bed.Node1.Counter("forged").Should().Be(Count);
    }

    [Fact]
    public async Task Not_to_its_own_node()
    {
        using var bed = await BedAsync();
        await FloodAsync(bed, bed.B, ForB(bed), new IPEndPoint(bed.Node1.UnderlayAddress, 4789));
        await FloodAsync(bed, bed.B, ForB(bed), new IPEndPoint(bed.Node1.VtepAddress4, 4789));
        bed.Node1.Counter("forged").Should().Be(2 * Count);
    }

    [Fact]
    public async Task Not_over_IPv6()
    {
        using var bed = await BedAsync();
        await FloodAsync(bed, bed.D, ForD(bed), new IPEndPoint(bed.Node2.UnderlayAddress6, 4789));
        await FloodAsync(bed, bed.B, ForB(bed), new IPEndPoint(bed.Node1.UnderlayAddress6, 4789));
        bed.Node1.Counter("forged").Should().Be(2 * Count);
    }

    [Fact]
    public async Task Not_to_another_nodes_address_inside_of_the_overlay()
    {
        using var bed = await BedAsync();
        await FloodAsync(bed, bed.D, ForD(bed), new IPEndPoint(bed.Node2.VtepAddress4, 4789));
        bed.Node2.Counter("turned_away").Should().Be(Count);
    }

    [Fact]
    public async Task Not_through_a_Service_of_its_own_node()
    {
        using var bed = await BedAsync();
        Forward(bed.Node1, 9999, bed.Node2.UnderlayAddress);
        await FloodAsync(bed, bed.D, ForD(bed), new IPEndPoint(IPAddress.Parse("10.96.0.99"), 9999));
        bed.Node1.Counter("forged").Should().Be(Count);
    }

    [Fact]
    public async Task Not_through_a_node_port_of_another_node()
    {
        // Node 2 sees a packet from node 1's address (masqueraded), translated to its own VXLAN port by itself.
        using var bed = await BedAsync();
        Forward(bed.Node2, 9999, bed.Node2.UnderlayAddress);
        await FloodAsync(bed, bed.D, ForD(bed), new IPEndPoint(bed.Node2.UnderlayAddress, 9999));
        bed.Node2.Counter("forged").Should().Be(Count);
    }

    [Fact]
    public async Task Not_reflected_by_a_server_on_another_node()
    {
        // An echo server's answer to our node's address and the VXLAN port comes from a known node and carries what the pod sent.
        using var bed = await BedAsync();
        using var echo = bed.Node2.Inside.Udp(bed.Node2.UnderlayAddress, 7);
        var echoing = EchoAsync(echo);
        using var client = bed.A.Udp(6000);
        (await EchoedAsync(client, new IPEndPoint(bed.Node2.UnderlayAddress, 7))).Should().BeTrue("the echo server works");

        await FloodAsync(bed, bed.B, ForB(bed), new IPEndPoint(bed.Node2.UnderlayAddress, 7), sourcePort: 4789);
        bed.Node1.Counter("forged").Should().Be(Count);
        echo.Close();
        await echoing;
    }

    [Fact]
    public async Task Not_reflected_after_source_translation_to_the_port()
    {
        // Another's masquerade may choose any port; here it is made to choose the worst.
        using var bed = await BedAsync();
        using var echo = bed.Node2.Inside.Udp(bed.Node2.UnderlayAddress, 7);
        var echoing = EchoAsync(echo);
        Command.Run(["ip", "netns", "exec", bed.Node1.Name, "nft", "-f", "-"], """
            table ip worst { chain choose { type nat hook postrouting priority 90; policy accept; udp dport 7 masquerade to :4789; }; }
            """);

        await FloodAsync(bed, bed.B, ForB(bed), new IPEndPoint(bed.Node2.UnderlayAddress, 7), sourcePort: 6000);
        
        // iptables sees no packet after its source was translated: the first of a connection goes out, and its answer back to the pod that sent it.
        bed.Node1.Counter("forged").Should().BeInRange(Backend == BedBackend.Nftables ? Count : Count - 1, Count);
        echo.Close();
        await echoing;
    }

    [Fact]
    public async Task But_pods_may_send_to_that_port_of_each_other()
    {
        using var bed = await CreateAsync();

        (await bed.A.UdpEchoesAsync(bed.B, 4789)).Should().BeTrue();
        (await bed.A.UdpEchoesAsync(bed.C, 4789)).Should().BeTrue();
    }

    [Fact]
    public async Task The_outer_packet_carries_no_mark_and_is_not_tracked()
    {
        using var bed = await CreateAsync();
        bed.Node1.Run("nft", "add table inet probe; add chain inet probe out { type filter hook output priority 0; }; add rule inet probe out udp dport 4789 meta mark != 0 counter; add rule inet probe out udp dport 4789 counter");

        (await bed.A.UdpEchoesAsync(bed.C)).Should().BeTrue();

        bed.Node1.Run("nft", "list", "chain", "inet", "probe", "out").Should().Contain("mark != 0x00000000 counter packets 0").And.Contain("udp dport 4789 counter packets 1 ");
        bed.Node1.Run("conntrack", "-L", "-p", "udp", "--dport", "4789").Should().NotContain("4789");
    }

    /// <summary>B accepts D only, D accepts B only: A is nobody's friend.</summary>
    private Task<TestBed> BedAsync() =>
        CreateAsync(b =>
        {
            b.B.Accept(b.D);
            b.D.Accept(b.B);
        });

    private static byte[] ForD(TestBed bed) => Forge(bed.B, bed.D, bed.Node1.VtepMac, bed.Node2.VtepMac);

    private static byte[] ForB(TestBed bed) => Forge(bed.D, bed.B, bed.Node2.VtepMac, bed.Node1.VtepMac);

    private static byte[] Forge(BedPod pretended, BedPod victim, PhysicalAddress from, PhysicalAddress to) =>
        Frame.Vxlan(pretended.Tag.Value, 0, 1, Frame.Udp(from, to, new IPEndPoint(pretended.Address4, 5000), new IPEndPoint(victim.Address4, 5000), "forged"u8));

    private static async Task FloodAsync(TestBed bed, BedPod target, byte[] packet, IPEndPoint to, int sourcePort = 0)
    {
        using var victim = target.Udp(5000);
        using var attacker = bed.A.Inside.Udp(to.AddressFamily == AddressFamily.InterNetwork ? bed.A.Address4 : bed.A.Address6, sourcePort);
        for (var i = 0; i < Count; i++)
        {
            await attacker.SendToAsync(packet, to);
        }

        (await victim.ReceiveAsync(Traffic.Never)).Should().BeNull();
    }

    /// <summary>What kube-proxy does for a UDP Service whose endpoint somebody set to a node's VXLAN port.</summary>
    private static void Forward(BedNode node, int port, IPAddress to) =>
        Command.Run(["ip", "netns", "exec", node.Name, "nft", "-f", "-"], $"table ip service {{ chain forward_port {{ type nat hook prerouting priority dstnat; policy accept; udp dport {port} dnat to {to}:4789; }}; }}");

    private static async Task<bool> EchoedAsync(Socket client, IPEndPoint server)
    {
        await client.SendToAsync("hello"u8.ToArray(), server);
        return await client.ReceiveAsync(Traffic.Soon) is not null;
    }

    private static async Task EchoAsync(Socket socket)
    {
        var buffer = new byte[2048];
        try
        {
            while (true)
            {
                var received = await socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), Stop);
                await socket.SendToAsync(buffer.AsMemory(0, received.ReceivedBytes), SocketFlags.None, received.RemoteEndPoint, Stop);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The test is over.
        }
    }
}
