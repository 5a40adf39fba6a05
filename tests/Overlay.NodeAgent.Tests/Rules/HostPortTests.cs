using System.Net;
using System.Net.Sockets;
using Overlay.Netlink;
using Overlay.Netlink.Conntrack;
using Overlay.NodeAgent.Ports;
using Overlay.NodeAgent.Tests.Rules.Bed;
using Overlay.Policy;

namespace Overlay.NodeAgent.Tests.Rules;

/// <summary>Ports of a node that lead to a pod: who reaches it by them, as whom it is judged, and what they do not open.</summary>
public abstract class HostPortTests(BedBackend backend) : RuleTests(backend)
{
    private const int Port = 8088;
    private static readonly IPAddress Loopback = IPAddress.Loopback;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whoever_may_reach_the_pod_reaches_it_by_its_nodes_port(bool ipv6)
    {
        using var bed = await CreateAsync(b => b.A.Map(Port, 8080));
        var (here, there) = (Underlay(bed.Node1, ipv6), Underlay(bed.Node2, ipv6));
        var by = new IPEndPoint(here, Port);

        (await SeenAsync(bed.A, bed.Node2.Inside, there, by)).Should().Be(there, "a client outside is seen by its own address");
        (await SeenAsync(bed.A, bed.B.Inside, bed.B.Address(ipv6), by)).Should().Be(bed.B.Address(ipv6), "and so is a pod of this node");
        (await SeenAsync(bed.A, bed.C.Inside, bed.C.Address(ipv6), by)).Should().Be(there, "a pod of another node comes by the underlay");
        (await SeenAsync(bed.A, bed.Node1.Inside, here, by)).Should().Be(here, "the node itself");
        (await SeenAsync(bed.A, bed.A.Inside, bed.A.Address(ipv6), by)).Should().NotBeNull("the pod itself").And.NotBe(bed.A.Address(ipv6), "the answer must come back by the node");
        (await SeenAsync(bed.A, bed.Node2.Inside, there, new IPEndPoint(here, Port + 1))).Should().BeNull("another port leads nowhere");
    }

    [Fact]
    public async Task The_nodes_own_processes_reach_it_by_loopback_and_nobody_else_does()
    {
        using var bed = await CreateAsync(b =>
        {
            b.A.Map(Port, 8080);
            b.B.Map(Port + 1, 8080, hostAddress: "127.0.0.1");
        });
        using var secret = bed.Node1.Inside.Udp(Loopback, 5353);

        (await SeenAsync(bed.A, bed.Node1.Inside, Loopback, new IPEndPoint(Loopback, Port))).Should().NotBeNull("from 127.0.0.1").And.NotBe(Loopback);
        (await SeenAsync(bed.A, bed.Node1.Inside, bed.Node1.UnderlayAddress, new IPEndPoint(Loopback, Port))).Should().Be(bed.Node1.UnderlayAddress, "as curl --interface does");
        (await SeenAsync(bed.B, bed.Node1.Inside, Loopback, new IPEndPoint(Loopback, Port + 1))).Should().NotBeNull();
        (await SeenAsync(bed.B, bed.Node1.Inside, bed.Node1.UnderlayAddress, new IPEndPoint(bed.Node1.UnderlayAddress, Port + 1))).Should().BeNull("it is on 127.0.0.1 only");

        // The veth has route_localnet, and a pod can send whole frames.
        using var raw = PacketSocket.Open(bed.A.Inside, "eth0");
        using var inB = bed.B.Udp(8080);
        for (var i = 0; i < 20; i++)
        {
            raw.Send(Frame.Udp(bed.A.Mac, bed.A.HostMac, new IPEndPoint(bed.A.Address4, 7000 + i), new IPEndPoint(Loopback, 5353), [1]));
            raw.Send(Frame.Udp(bed.A.Mac, bed.A.HostMac, new IPEndPoint(bed.A.Address4, 8000 + i), new IPEndPoint(Loopback, Port + 1), [1]));
        }

        (await secret.ReceiveAsync(Traffic.Never)).Should().BeNull("a service on the node's loopback is not the pod's (CVE-2020-8558)");
        (await inB.ReceiveAsync(Traffic.Never)).Should().BeNull("nor is a port that was mapped there");
        bed.Node1.Counter("spoofed").Should().BeGreaterThanOrEqualTo(40);
    }

    [Fact]
    public async Task Policy_judges_a_client_as_if_it_had_called_the_pod()
    {
        using var bed = await CreateAsync(b => b.A.Map(Port, 8080).Accept(b.B, IpProtocol.TCP, PortRange.Of(8080)));
        var by = new IPEndPoint(bed.Node1.UnderlayAddress, Port);

        (await SeenAsync(bed.A, bed.B.Inside, bed.B.Address4, by)).Should().NotBeNull("B is granted, and keeps its tag on its own node");
        (await SeenAsync(bed.A, bed.Node2.Inside, bed.Node2.UnderlayAddress, by)).Should().BeNull("outside is not");
        (await SeenAsync(bed.A, bed.C.Inside, bed.C.Address4, by)).Should().BeNull("a pod that comes by the underlay is outside");

        bed.A.Isolate();
        await bed.ApplyAsync();
        (await SeenAsync(bed.A, bed.B.Inside, bed.B.Address4, by)).Should().BeNull();
        (await SeenAsync(bed.A, bed.Node1.Inside, bed.Node1.UnderlayAddress, by)).Should().NotBeNull("its own node always may");
    }

    [Fact]
    public async Task An_address_that_was_asked_for_is_the_only_one_and_a_family_the_only_family()
    {
        using var bed = await CreateAsync(b =>
        {
            b.A.Map(Port, 8080, hostAddress: b.Node1.UnderlayAddress.ToString()).Map(Port + 1, 8080, hostAddress: "0.0.0.0").Map(Port + 2, 8080, hostAddress: "::");
            b.B.Map(Port, 8080, hostAddress: b.Node1.UnderlayAddress6.ToString());
        });
        var (v4, v6) = (bed.Node1.UnderlayAddress, bed.Node1.UnderlayAddress6);

        (await FromNode2Async(bed.A, v4, Port)).Should().BeTrue();
        (await FromNode2Async(bed.B, v6, Port)).Should().BeTrue("one port, two addresses, two pods");
        (await FromNode2Async(bed.A, v4, Port + 1)).Should().BeTrue();
        (await FromNode2Async(bed.A, v6, Port + 1)).Should().BeFalse("0.0.0.0 is IPv4's");
        (await FromNode2Async(bed.A, v6, Port + 2)).Should().BeTrue();
        (await FromNode2Async(bed.A, v4, Port + 2)).Should().BeFalse(":: is IPv6's");
        (await SeenAsync(bed.A, bed.Node1.Inside, v4, new IPEndPoint(bed.Node1.VtepAddress4, Port))).Should().BeNull("another address of this node");

        async Task<bool> FromNode2Async(BedPod server, IPAddress address, int port) =>
            await SeenAsync(server, bed.Node2.Inside, Underlay(bed.Node2, address.AddressFamily == AddressFamily.InterNetworkV6), new IPEndPoint(address, port)) is not null;
    }

    [Fact]
    public async Task Nothing_is_translated_that_is_not_addressed_to_the_node_and_VXLAN_never()
    {
        using var bed = await CreateAsync(b => b.A.Map(Port, 8080).Map(Port, 8080, IpProtocol.UDP).Map(4789, 8080, IpProtocol.UDP));
        using var elsewhere = bed.Node2.Inside.Listen(bed.Node2.UnderlayAddress, Port);
        using var inA = bed.A.Udp(8080);

        using var client = bed.B.Inside.Tcp(bed.B.Address4);
        (await client.ConnectsAsync(new IPEndPoint(bed.Node2.UnderlayAddress, Port))).Should().BeTrue("CVE-2025-67499: a pod that calls that port of somebody else gets somebody else");
        (await SeenAsync(bed.A, bed.C.Inside, bed.C.Address4, new IPEndPoint(bed.Node1.VtepAddress4, Port))).Should().BeNull("inside of the overlay a node has no ports");

        foreach (var (from, address) in new[] { (bed.Node2.Inside, bed.Node2.UnderlayAddress), (bed.B.Inside, bed.B.Address4), (bed.Node1.Inside, bed.Node1.UnderlayAddress) })
        {
            using var udp = from.Udp(address);
            await udp.SendToAsync(new byte[] { 1 }, new IPEndPoint(bed.Node1.UnderlayAddress, 4789));
        }

        (await inA.ReceiveAsync(Traffic.Never)).Should().BeNull("tags would be his who holds this port");
        using var sender = bed.Node2.Inside.Udp(bed.Node2.UnderlayAddress);
        (await Traffic.EchoesAsync(sender, inA, new IPEndPoint(bed.Node1.UnderlayAddress, Port))).Should().BeTrue("UDP is mapped as TCP is");
    }

    [Theory]
    [InlineData("kube-proxy-iptables.rules")]
    [InlineData("kube-proxy.nft")]
    public async Task Beside_kube_proxy_both_work_and_a_Services_port_stays_the_Services(string fixture)
    {
        using var bed = await CreateAsync(b => b.A.Map(Port, 8080).Map(30080, 8080));
        KubeProxy.Load(bed.Node1, fixture, bed.C.Address4);
        await bed.Node1.Rules.RepairAsync(Stop);

        (await SeenAsync(bed.A, bed.Node2.Inside, bed.Node2.UnderlayAddress, new IPEndPoint(bed.Node1.UnderlayAddress, Port))).Should().Be(bed.Node2.UnderlayAddress);
        (await SeenAsync(bed.A, bed.A.Inside, bed.A.Address4, new IPEndPoint(bed.Node1.UnderlayAddress, Port))).Should().NotBeNull();
        (await SeenAsync(bed.C, bed.Node2.Inside, bed.Node2.UnderlayAddress, new IPEndPoint(bed.Node1.UnderlayAddress, 30080))).Should().NotBeNull("the NodePort");
        (await SeenAsync(bed.A, bed.Node2.Inside, bed.Node2.UnderlayAddress, new IPEndPoint(bed.Node1.UnderlayAddress, 30080))).Should().BeNull("a pod takes no Service's port");
    }

    [Fact]
    public async Task They_come_back_after_a_flush_and_go_with_the_pod()
    {
        using var bed = await CreateAsync(b => b.A.Map(Port, 8080).Map(Port, 8080, IpProtocol.UDP));
        var by = new IPEndPoint(bed.Node1.UnderlayAddress, Port);
        await bed.Node1.RestartAsync();
        await bed.ApplyAsync();
        (await SeenAsync(bed.A, bed.Node2.Inside, bed.Node2.UnderlayAddress, by)).Should().NotBeNull("after a restart of the agent");

        bed.Node1.Run("nft", "flush", "ruleset");
        if (Backend == BedBackend.IptablesLegacy)
            bed.Node1.Run("iptables-legacy", "-t", "nat", "-F");
        (await SeenAsync(bed.A, bed.Node2.Inside, bed.Node2.UnderlayAddress, by)).Should().BeNull();
        (await bed.Node1.Rules.RepairAsync(Stop)).IsEmpty.Should().BeFalse();
        (await SeenAsync(bed.A, bed.Node2.Inside, bed.Node2.UnderlayAddress, by)).Should().NotBeNull();

        bed.A.Ports.Clear();
        bed.B.Map(Port, 9090);
        await bed.ApplyAsync();
        (await SeenAsync(bed.A, bed.Node2.Inside, bed.Node2.UnderlayAddress, by)).Should().BeNull();
        (await SeenAsync(bed.B, bed.Node2.Inside, bed.Node2.UnderlayAddress, by, 9090)).Should().NotBeNull("the port is another pod's now");
    }

    [Fact]
    public async Task A_flow_that_is_older_than_the_mapping_comes_to_the_pod()
    {
        using var bed = await CreateAsync();
        using var client = bed.Node2.Inside.Udp(bed.Node2.UnderlayAddress, 6000);
        using var inA = bed.A.Udp(8080);
        using var conntrack = ConntrackSocket.Open(bed.Node1.Inside);
        var by = new IPEndPoint(bed.Node1.UnderlayAddress, Port);
        await client.SendToAsync(new byte[] { 1 }, by);
        (await inA.ReceiveAsync(Traffic.Never)).Should().BeNull();
        using var outside = bed.B.Udp(6001);
        await outside.SendToAsync(new byte[] { 1 }, new IPEndPoint(bed.Node2.UnderlayAddress, Port));

        bed.A.Map(Port, 8080, IpProtocol.UDP);
        await bed.ApplyAsync();
        var before = conntrack.Connections().Count(c => c.Original.DestinationPort == Port);
        new HostPortConnections(conntrack, bed.Node1.Routes).Forget(bed.Node1.Inputs.Pods).Should().Be(1, "the one to this node; not what pods ask elsewhere");
        conntrack.Connections().Count(c => c.Original.DestinationPort == Port).Should().Be(before - 1);
        using var again = bed.Node2.Inside.Udp(bed.Node2.UnderlayAddress);
        (await Traffic.EchoesAsync(again, inA, by)).Should().BeTrue();
        new HostPortConnections(conntrack, bed.Node1.Routes).Forget(bed.Node1.Inputs.Pods).Should().Be(0, "a flow to the pod is as it should be");
    }

    private static IPAddress Underlay(BedNode node, bool ipv6) => ipv6 ? node.UnderlayAddress6 : node.UnderlayAddress;

    /// <summary>The address by which a pod's TCP server sees a client that calls it by some address; null when the call does not arrive.</summary>
    private static async Task<IPAddress?> SeenAsync(BedPod server, NetworkNamespace from, IPAddress source, IPEndPoint by, int port = 8080)
    {
        using var listener = server.Inside.Listen(server.Address(source.AddressFamily == AddressFamily.InterNetworkV6), port);
        using var client = from.Tcp(source);
        if (!await client.ConnectsAsync(by))
            return null;
        using var limited = Patience.Of(Traffic.Never);
        try
        {
            using var accepted = await listener.AcceptAsync(limited.Token);
            (await Traffic.TalksAsync(client, accepted) && await Traffic.TalksAsync(accepted, client)).Should().BeTrue();
            return ((IPEndPoint)accepted.RemoteEndPoint!).Address;
        }
        catch (OperationCanceledException) when (!Stop.IsCancellationRequested)
        {
            return null; // somebody else took the call
        }
    }
}
