using System.Net;
using System.Net.Sockets;
using Overlay.NodeAgent.Tests.Rules.Bed;
using Overlay.Policy;

namespace Overlay.NodeAgent.Tests.Rules;

/// <summary>Pods on their node's own network, nodes' processes and the API server, beside kube-proxy in both of its modes.</summary>
public abstract class HostNetworkTests(BedBackend backend) : RuleTests(backend)
{
    private const int ApiPort = 6443;
    private static readonly IPEndPoint Service = new(IPAddress.Parse("10.96.0.10"), 80);
    private static readonly IPEndPoint ApiServer = new(IPAddress.Parse("10.96.0.1"), 443);

    [Theory]
    [InlineData("kube-proxy-iptables.rules")]
    [InlineData("kube-proxy.nft")]
    public async Task A_process_of_its_own_node_always_reaches_a_pod_and_one_of_another_node_what_anyone_may(string fixture)
    {
        using var bed = await CreateAsync();
        KubeProxy.Load(bed.Node1, fixture, bed.C.Address4);
        KubeProxy.Load(bed.Node2, fixture, bed.C.Address4);
        await ShouldCallAsync(bed, own: true, other: true, "no policy selects it");

        bed.C.Isolate();
        await bed.ApplyAsync();
        await ShouldCallAsync(bed, own: true, other: false, "nobody is let in, but the kubelet must probe");

        bed.C.Accept(bed.A).Accept(GrantSource.AnyPod);
        await bed.ApplyAsync();
        await ShouldCallAsync(bed, own: true, other: false, "a pod on a node's network is no pod to policies");

        bed.C.Isolate().Accept(GrantSource.Anyone, IpProtocol.TCP, PortRange.Of(8080));
        await bed.ApplyAsync();
        await ShouldCallAsync(bed, own: true, other: true, "anyone may");
    }

    [Theory]
    [InlineData("kube-proxy-iptables.rules")]
    [InlineData("kube-proxy.nft")]
    public async Task A_pod_reaches_its_own_node_always_and_another_one_as_its_egress_allows(string fixture)
    {
        using var bed = await CreateAsync();
        KubeProxy.Load(bed.Node1, fixture, bed.C.Address4);
        KubeProxy.Load(bed.Node2, fixture, bed.C.Address4);
        await ShouldReachAsync(own: true, other: true);

        bed.A.EgressIsolated = true;
        await bed.ApplyAsync();
        await ShouldReachAsync(own: true, other: false);

        bed.A.Exits.Add(To(bed.Node2.UnderlayAddress, 10250));
        await bed.ApplyAsync();
        await ShouldReachAsync(own: true, other: true);

        async Task ShouldReachAsync(bool own, bool other)
        {
            (await bed.A.CallsAsync(bed.Node1, 10250, new IPEndPoint(bed.Node1.UnderlayAddress, 10250))).Should().Be(own);
            (await bed.A.CallsAsync(bed.Node2, 10250, new IPEndPoint(bed.Node2.UnderlayAddress, 10250))).Should().Be(other);
        }
    }

    [Theory]
    [InlineData("kube-proxy-iptables.rules")]
    [InlineData("kube-proxy.nft")]
    public async Task The_API_server_is_reached_by_its_Service_when_its_node_s_own_address_is_allowed(string fixture)
    {
        using var bed = await CreateAsync();
        KubeProxy.Load(bed.Node1, fixture, bed.C.Address4, apiServer: bed.Node2);
        KubeProxy.Load(bed.Node2, fixture, bed.C.Address4, apiServer: bed.Node2);
        (await bed.A.CallsAsync(bed.Node2, ApiPort, ApiServer)).Should().BeTrue("no policy selects it");

        bed.A.EgressIsolated = bed.C.EgressIsolated = true;
        await bed.ApplyAsync();
        (await bed.A.CallsAsync(bed.Node2, ApiPort, ApiServer)).Should().BeFalse("nothing is allowed");
        (await bed.C.CallsAsync(bed.Node2, ApiPort, ApiServer)).Should().BeTrue("it is on the pod's own node");

        bed.A.Exits.Add(To(ApiServer.Address, ApiServer.Port));
        await bed.ApplyAsync();
        (await bed.A.CallsAsync(bed.Node2, ApiPort, ApiServer)).Should().BeFalse("policies see addresses as they are after translation");

        bed.A.Exits.Add(To(bed.Node2.UnderlayAddress, ApiPort));
        await bed.ApplyAsync();
        (await bed.A.CallsAsync(bed.Node2, ApiPort, ApiServer)).Should().BeTrue("the endpoint's address and port");
        (await bed.A.CallsAsync(bed.Node2, 10250, new IPEndPoint(bed.Node2.UnderlayAddress, 10250))).Should().BeFalse("and no other port of it");

        bed.A.Exits.Clear();
        await bed.ApplyAsync();
        (await bed.A.CallsAsync(bed.Node2, ApiPort, ApiServer)).Should().BeFalse("withdrawn");
    }

    [Theory]
    [InlineData("kube-proxy-iptables.rules")]
    [InlineData("kube-proxy.nft")]
    public async Task With_session_affinity_a_client_stays_with_its_endpoint_and_policy_decides_on_that_one(string fixture)
    {
        using var bed = await CreateAsync();
        KubeProxy.Load(bed.Node1, fixture, bed.C.Address4, second: bed.D.Address4);
        var by = new IPEndPoint(IPAddress.Parse("10.96.0.12"), 80);
        var (near, far) = await EndpointAsync(bed, bed.A, by) == bed.C ? (bed.C, bed.D) : (bed.D, bed.C);
        for (var i = 0; i < 8; i++)
        {
            (await EndpointAsync(bed, bed.A, by)).Should().Be(near, "the client's address is what affinity hangs on, and nobody changes it");
        }

        far.Isolate();
        await bed.ApplyAsync();
        (await EndpointAsync(bed, bed.A, by)).Should().Be(near);
        near.Isolate();
        far.IngressIsolated = false;
        await bed.ApplyAsync();
        (await EndpointAsync(bed, bed.A, by)).Should().BeNull("its endpoint does not let it in, and affinity knows no other");
        near.Accept(bed.A);
        await bed.ApplyAsync();
        (await EndpointAsync(bed, bed.A, by)).Should().Be(near);
    }

    /// <summary>A process may choose any address of its node; and kube-proxy leaves the one that the Service's address was called from, where it was not told which addresses are pods'.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_process_that_speaks_from_its_node_s_other_address_is_answered_by_the_VTEP_too(bool ipv6)
    {
        using var bed = await CreateAsync();
        using var wire = Strictly(bed);

        (await CallsAsync(bed, ipv6)).Should().BeTrue("no policy selects it");
        bed.C.Accept(bed.A).Accept(GrantSource.AnyPod);
        await bed.ApplyAsync();
        (await CallsAsync(bed, ipv6)).Should().BeFalse("another node is no pod");

        await ShouldBeInTheTunnelAsync(wire, bed.C, ipv6);

        static async Task<bool> CallsAsync(TestBed bed, bool ipv6)
        {
            using var listener = bed.C.Inside.Listen(bed.C.Address(ipv6), 8080);
            using var client = bed.Node1.Inside.Tcp(ipv6 ? bed.Node1.UnderlayAddress6 : bed.Node1.UnderlayAddress);
            return await client.ConnectsAsync(new IPEndPoint(bed.C.Address(ipv6), 8080));
        }
    }

    [Theory]
    [InlineData("kube-proxy-iptables.rules")]
    [InlineData("kube-proxy.nft")]
    public async Task Services_work_from_nodes_and_pods_where_kube_proxy_was_not_told_which_addresses_are_pods(string fixture)
    {
        using var bed = await CreateAsync();
        KubeProxy.Load(bed.Node1, fixture, bed.C.Address4, knowsPods: false);
        KubeProxy.Load(bed.Node2, fixture, bed.C.Address4, knowsPods: false);
        using var wire = Strictly(bed);
        await ShouldCallAsync(bed, own: true, other: true, "no policy selects it");
        (await bed.A.CallsAsync(bed.C, Service)).Should().BeTrue("a pod");

        bed.C.Isolate();
        await bed.ApplyAsync();
        await ShouldCallAsync(bed, own: true, other: false, "nobody is let in, but the kubelet must probe");
        (await bed.A.CallsAsync(bed.C, Service)).Should().BeFalse("nobody is let in");

        await ShouldBeInTheTunnelAsync(wire, bed.C, ipv6: false);
    }

    /// <summary>Nodes take a packet only from the device that an answer would leave by (rp_filter 1, RFC 3704), and their wire is listened to.</summary>
    private static PacketSocket Strictly(TestBed bed)
    {
        foreach (var node in new[] { bed.Node1, bed.Node2 })
            node.Run("sysctl", "-qw", "net.ipv4.conf.all.rp_filter=1");
        return PacketSocket.Open(bed.Node1.Inside, BedNode.Underlay);
    }

    private static async Task ShouldBeInTheTunnelAsync(PacketSocket wire, BedPod pod, bool ipv6) =>
        (await wire.NextAsync(frame => Frame.IsFrom(frame, pod.Address(ipv6)), Traffic.Never)).Should().BeNull("a pod's address is no source on the underlay");

    /// <summary>A client on each node: directly, and by the ClusterIP.</summary>
    private static async Task ShouldCallAsync(TestBed bed, bool own, bool other, string because)
    {
        (await bed.Node2.CallsDirectlyAsync(bed.C)).Should().Be(own, because);
        (await bed.Node1.CallsDirectlyAsync(bed.C)).Should().Be(other, because);
        (await bed.Node2.CallsAsync(bed.C, Service)).Should().Be(own, because);
        (await bed.Node1.CallsAsync(bed.C, Service)).Should().Be(other, because);
    }

    /// <summary>Who answers a connection; null: nobody.</summary>
    private static async Task<BedPod?> EndpointAsync(TestBed bed, BedPod client, IPEndPoint by)
    {
        using var c = bed.C.Inside.Listen(bed.C.Address4, 8080);
        using var d = bed.D.Inside.Listen(bed.D.Address4, 8080);
        using var socket = client.Inside.Tcp(client.Address4);
        if (!await socket.ConnectsAsync(by))
        {
            return null;
        }

        using var patience = Patience.Of(Traffic.Soon);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(patience.Token);
        Task<bool>[] coming = [ComesAsync(c, enough.Token), ComesAsync(d, enough.Token)];
        await Task.WhenAny(coming);
        await enough.CancelAsync();
        var came = await Task.WhenAll(coming);
        (came[0] || came[1]).Should().BeTrue("a connection to {0} was made", by);
        return came[0] ? bed.C : bed.D;
    }

    private static async Task<bool> ComesAsync(Socket listener, CancellationToken stop)
    {
        try
        {
            (await listener.AcceptAsync(stop)).Dispose();
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static Exit To(IPAddress address, int port) =>
        new(IpProtocol.TCP, PortRange.Of((ushort)port), BedPod.Because("exit", Overlay.Api.Policies.PolicyType.Egress)) { Addresses = AddressRange.Of(address) };
}
