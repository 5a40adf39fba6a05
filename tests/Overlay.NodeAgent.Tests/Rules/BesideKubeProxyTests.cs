using System.Net;
using Overlay.Api.Wire;
using Overlay.Netlink.Conntrack;
using Overlay.NodeAgent.Tests.Rules.Bed;
using Overlay.Policy;

namespace Overlay.NodeAgent.Tests.Rules;

/// <summary>Fault 10: others' mark rules touch no tag, ours touch none of theirs; Services work, and are judged by the real client.</summary>
public abstract class BesideKubeProxyTests(BedBackend backend) : RuleTests(backend)
{
    private static readonly IPEndPoint Service = new(IPAddress.Parse("10.96.0.10"), 80);

    private static readonly ushort[] Narrow = [2, 16, 0x800, 0x1000, 0x1ffe];

    private static readonly ushort[] Wide = [.. Narrow, 0x1fff, 0x2000, 0x3fff, 0x4000, 0x4001, 0x6000, 0x8000, 0xa000, 0xc000, 0xfffe, 0xffff];

    [Theory]
    [InlineData("")]
    [InlineData("kube-proxy-iptables.rules")]
    [InlineData("kube-proxy.nft")]
    [InlineData("portmap.rules")]
    public async Task Tags_at_the_edges_of_the_range_cross_the_wire_unchanged(string fixture)
    {
        using var bed = await CreateAsync();
        KubeProxy.Load(bed.Node1, fixture, bed.C.Address4);
        KubeProxy.Load(bed.Node2, fixture, bed.C.Address4);
        using var wire = PacketSocket.Open(bed.Node2.Inside, BedNode.Underlay);
        var port = 6000;

        foreach (var tag in bed.IsWide ? Wide : Narrow)
        {
            foreach (var isolated in new[] { false, true })
            {
                bed.A.Tag = new Tag(tag);
                bed.A.EgressIsolated = isolated;
                bed.C.IngressIsolated = false;
                bed.C.Grants.Clear();
                bed.C.Accept(GrantSource.Of(new Tag(tag)), flagged: isolated);
                bed.C.Tag = new Tag((ushort)((bed.IsWide ? 0x10000 : 0x2000) - tag));
                await bed.ApplyAsync();
                using var client = bed.A.Udp(++port);
                using var server = bed.C.Udp(port);
                var said = Guid.NewGuid().ToByteArray();

                await client.SendToAsync(said, new IPEndPoint(bed.C.Address4, port));
                var question = await wire.NextAsync(frame => Frame.IsVxlanFrom(frame, bed.Node1.UnderlayAddress) && Frame.EndsWith(frame, said), Traffic.Soon);
                Frame.Gbp(question!).Should().Be((tag, false, isolated));
                (await server.ReceiveAsync(Traffic.Soon, said)).Should().Be(new IPEndPoint(bed.A.Address4, port), "nobody translates a pod's address inside of the overlay");

                await server.SendToAsync(said, new IPEndPoint(bed.A.Address4, port));
                var answer = await wire.NextAsync(frame => Frame.IsVxlanFrom(frame, bed.Node2.UnderlayAddress) && Frame.EndsWith(frame, said), Traffic.Soon);
                Frame.Gbp(answer!).Should().Be((bed.C.Tag.Value, true, false), "a reply is vouched for");
                (await client.ReceiveAsync(Traffic.Soon, said)).Should().Be(new IPEndPoint(bed.C.Address4, port));
            }
        }
    }

    [Theory]
    [InlineData("kube-proxy-iptables.rules", "a")]
    [InlineData("kube-proxy-iptables.rules", "d")]
    [InlineData("kube-proxy.nft", "a")]
    [InlineData("kube-proxy.nft", "d")]
    public async Task A_Service_is_judged_by_the_tag_of_the_real_client(string fixture, string client)
    {
        // C is the endpoint: A calls across nodes, D on the same node.
        using var bed = await CreateAsync(b => b.C.Accept(b.Pod(client), IpProtocol.TCP, PortRange.Of(8080)));
        KubeProxy.Load(bed.Node1, fixture, bed.C.Address4);
        KubeProxy.Load(bed.Node2, fixture, bed.C.Address4);

        (await bed.Pod(client).CallsAsync(bed.C, Service)).Should().BeTrue();
        (await bed.B.CallsAsync(bed.C, Service)).Should().BeFalse("B is not granted, by whatever address it calls");
        (await bed.B.CallsAsync(bed.C, new IPEndPoint(bed.Node1.UnderlayAddress, 30080))).Should().BeFalse("nor through its own node's port");
    }

    [Theory]
    [InlineData("kube-proxy-iptables.rules")]
    [InlineData("kube-proxy.nft")]
    public async Task A_pod_reaches_itself_through_its_Service_even_when_nobody_else_may(string fixture)
    {
        using var bed = await CreateAsync(b => b.C.Isolate());
        KubeProxy.Load(bed.Node2, fixture, bed.C.Address4);

        (await bed.C.CallsAsync(bed.C, Service)).Should().BeTrue();
    }

    [Theory]
    [InlineData("kube-proxy-iptables.rules")]
    [InlineData("kube-proxy.nft")]
    public async Task A_node_port_is_from_outside_whoever_uses_it_there(string fixture)
    {
        using var bed = await CreateAsync(b => b.C.Accept(GrantSource.Anyone, IpProtocol.TCP, PortRange.Of(8080)));
        KubeProxy.Load(bed.Node1, fixture, bed.C.Address4);
        KubeProxy.Load(bed.Node2, fixture, bed.C.Address4);

        (await bed.Node2.CallsAsync(bed.C, new IPEndPoint(bed.Node1.UnderlayAddress, 30080))).Should().BeTrue("a host outside, across nodes: anyone may");
        (await bed.Node1.CallsAsync(bed.C, new IPEndPoint(bed.Node2.UnderlayAddress, 30080))).Should().BeTrue("a host outside, to the endpoint's node");
        (await bed.Node1.CallsAsync(bed.C, Service)).Should().BeTrue("a process on a node, by the ClusterIP");

        bed.C.Isolate();
        bed.C.Accept(GrantSource.AnyPod);
        await bed.ApplyAsync();
        (await bed.Node2.CallsAsync(bed.C, new IPEndPoint(bed.Node1.UnderlayAddress, 30080))).Should().BeFalse("outside is no pod");
        (await bed.A.CallsAsync(bed.C, new IPEndPoint(bed.Node2.UnderlayAddress, 30080))).Should().BeFalse(
            "a pod that goes out and in again by another node's port has no tag there any more");
    }

    [Theory]
    [InlineData("kube-proxy-iptables.rules")]
    [InlineData("kube-proxy.nft")]
    public async Task With_externalTrafficPolicy_Local_the_clients_own_address_is_seen_and_judged(string fixture)
    {
        using var bed = await CreateAsync(b => AllowOnly(b.C, b.Node1.UnderlayAddress));
        KubeProxy.Load(bed.Node2, fixture, bed.C.Address4);
        var by = new IPEndPoint(bed.Node2.UnderlayAddress, 30081);

        (await bed.Node1.CallsAsync(bed.C, by)).Should().BeTrue("the client's address is the allowed block");
        AllowOnly(bed.C, IPAddress.Parse("192.168.50.9"));
        await bed.ApplyAsync();
        (await bed.Node1.CallsAsync(bed.C, by)).Should().BeFalse("another block: its own address is judged, not a node's");
        (await bed.Node2.CallsAsync(bed.C, by)).Should().BeTrue("the pod's own node");

        bed.C.Shape = destination => destination;
        bed.C.Isolate().Accept(bed.D, IpProtocol.TCP, PortRange.Of(8080));
        await bed.ApplyAsync();
        (await bed.D.CallsAsync(bed.C, by)).Should().BeTrue("a pod of the node keeps its tag");
    }

    [Theory]
    [InlineData("kube-proxy-iptables.rules")]
    [InlineData("kube-proxy.nft")]
    public async Task A_UDP_flow_through_a_Service_goes_on_to_the_next_endpoint_when_the_first_is_gone(string fixture)
    {
        using var bed = await CreateAsync();
        KubeProxy.Load(bed.Node1, fixture, bed.C.Address4);
        using var client = bed.A.Udp(6000);
        using var first = bed.C.Udp(5353);
        var by = new IPEndPoint(IPAddress.Parse("10.96.0.11"), 53);
        (await Traffic.EchoesAsync(client, first, by)).Should().BeTrue();

        // The endpoint goes: kube-proxy writes the next one's address; the agent that loses a pod, or kube-proxy, forgets its flows.
        Flush(bed.Node1, fixture);
        KubeProxy.Load(bed.Node1, fixture, bed.D.Address4);
        using var conntrack = ConntrackSocket.Open(bed.Node1.Inside);
        conntrack.Delete(conntrack.Connections().Where(c => c.Reply.Source.Equals(bed.C.Address4)));
        using var second = bed.D.Udp(5353);
        (await Traffic.EchoesAsync(client, second, by)).Should().BeTrue("the same socket, the next endpoint");
    }

    private static void Flush(BedNode node, string fixture)
    {
        if (fixture.EndsWith(".nft", StringComparison.Ordinal))
            node.Run("nft", "delete", "table", "ip", "kube-proxy");
        else
            Command.Run(["ip", "netns", "exec", node.Name, "iptables-nft-restore", "--noflush"], "*nat\n:KUBE-SEP-SHOP - [0:0]\n:KUBE-SEP-DNS - [0:0]\n:KUBE-SVC-SHOP - [0:0]\n:KUBE-SVC-DNS - [0:0]\nCOMMIT\n");
    }

    private static void AllowOnly(BedPod pod, IPAddress client)
    {
        pod.IngressIsolated = true;
        pod.Grants.Clear();
        pod.Grants.Add(new Grant(GrantSource.Outsider, false, IpProtocol.TCP, PortRange.Of(8080), Reasons.None) { Standing = GrantStanding.Conditional });
        pod.Shape = destination => destination with { AllowedAddresses = [new AddressGrant(AddressRange.Of(client), null, null, Reasons.None)] };
    }
}
