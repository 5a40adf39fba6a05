using System.Net;
using Overlay.Api.Network;
using Overlay.Api.Wire;
using Overlay.NodeAgent.Tests.Rules.Bed;
using Overlay.Policy;

namespace Overlay.NodeAgent.Tests.Rules;

/// <summary>Egress isolation travels with the packet inside of the overlay, and is judged at the source on the way out of it.</summary>
public abstract class EgressTests(BedBackend backend) : RuleTests(backend)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("a", "b")]
    [InlineData("a", "c")]
    public async Task An_egress_isolated_pod_reaches_only_what_is_granted_to_its_tag(string from, string to)
    {
        using var bed = await CreateAsync(b => b.Pod(from).EgressIsolated = true);
        (await bed.Pod(from).TcpEchoesAsync(bed.Pod(to))).Should().BeFalse("an open destination is not enough");

        bed.Pod(to).Grants.Add(new Grant(GrantSource.Of(bed.Pod(from).Tag), true, IpProtocol.TCP, PortRange.Of(8080), Reasons.None));
        await bed.ApplyAsync();
        (await bed.Pod(from).TcpEchoesAsync(bed.Pod(to), 8080)).Should().BeTrue("this is");
        (await bed.Pod(from).TcpEchoesAsync(bed.Pod(to), 8081)).Should().BeFalse();

        bed.Pod(to).Isolate().Accept(GrantSource.Anyone);
        await bed.ApplyAsync();
        (await bed.Pod(from).TcpEchoesAsync(bed.Pod(to), 8080)).Should().BeFalse("anyone, but not one who may reach no one");
        bed.Pod(to).Isolate().Accept(bed.Pod(from));
        await bed.ApplyAsync();
        (await bed.Pod(from).TcpEchoesAsync(bed.Pod(to), 8080)).Should().BeFalse("a grant for packets without the flag does not serve one with it");
    }

    [Theory]
    [InlineData("a", "b")]
    [InlineData("a", "c")]
    public async Task It_answers_whoever_may_ask(string client, string server)
    {
        using var bed = await CreateAsync(b => b.Pod(server).EgressIsolated = true);

        (await bed.Pod(client).TcpEchoesAsync(bed.Pod(server))).Should().BeTrue();
        (await bed.Pod(client).UdpEchoesAsync(bed.Pod(server))).Should().BeTrue();
    }

    [Theory]
    [InlineData("b")]
    [InlineData("c")]
    public async Task A_tag_known_to_be_restricted_counts_as_flagged_even_without_the_flag(string to)
    {
        using var bed = await CreateAsync();
        bed.Pod(to).Node.Restricted.Add(bed.A.Tag);
        await bed.ApplyAsync();

        (await bed.A.TcpEchoesAsync(bed.Pod(to))).Should().BeFalse();
        (await bed.D.TcpEchoesAsync(bed.Pod(to))).Should().BeTrue();
        bed.Pod(to).Accept(bed.A);
        await bed.ApplyAsync();
        (await bed.A.TcpEchoesAsync(bed.Pod(to))).Should().BeFalse("a grant for packets that do not count as flagged");
        bed.Pod(to).Accept(bed.A, flagged: true);
        await bed.ApplyAsync();
        (await bed.A.TcpEchoesAsync(bed.Pod(to))).Should().BeTrue("granted to its tag");
    }

    [Theory]
    [InlineData("b")]
    [InlineData("c")]
    public async Task A_pod_without_a_known_tag_reaches_only_what_is_open_to_anyone(string to)
    {
        using var bed = await CreateAsync(b => b.A.Tag = Tag.UnknownPod);
        (await bed.A.TcpEchoesAsync(bed.Pod(to))).Should().BeTrue("no policy selects it");

        bed.Pod(to).Accept(GrantSource.AnyPod);
        await bed.ApplyAsync();
        (await bed.A.TcpEchoesAsync(bed.Pod(to))).Should().BeFalse("whether it is one of the pods that are meant is not known");
        bed.A.EgressIsolated = true;
        bed.Pod(to).Isolate().Accept(GrantSource.Anyone);
        await bed.ApplyAsync();
        (await bed.A.TcpEchoesAsync(bed.Pod(to))).Should().BeFalse("isolated and unknown: nothing");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Outside_of_the_overlay_a_pod_is_masqueraded_and_judged_here(bool ipv6)
    {
        using var bed = await CreateAsync();
        var outside = ipv6 ? bed.Node2.UnderlayAddress6 : bed.Node2.UnderlayAddress;
        var here = ipv6 ? bed.Node1.UnderlayAddress6 : bed.Node1.UnderlayAddress;
        (await ReachesAsync(bed, outside, 53)).Should().Be(here, "free, and seen by the node's address");

        bed.A.EgressIsolated = true;
        await bed.ApplyAsync();
        (await ReachesAsync(bed, outside, 53)).Should().BeNull();

        bed.A.Exit(IpProtocol.UDP, PortRange.Of(53)).Exit(IpProtocol.UDP, new PortRange(1000, 1010)).Exit(IpProtocol.TCP);
        await bed.ApplyAsync();
        (await ReachesAsync(bed, outside, 53)).Should().Be(here);
        (await ReachesAsync(bed, outside, 1005)).Should().Be(here);
        (await ReachesAsync(bed, outside, 1011)).Should().BeNull();
        bed.Node1.Counter("exits_denied").Should().Be(2);

        bed.A.Exits.Clear();
        bed.A.Exit();
        await bed.ApplyAsync();
        (await ReachesAsync(bed, outside, 1011)).Should().Be(here);
    }

    [Fact]
    public async Task Answers_from_outside_stop_when_the_exit_goes()
    {
        using var bed = await CreateAsync(b => b.A.Exit(IpProtocol.UDP, PortRange.Of(53)));
        using var server = bed.Node2.Inside.Udp(bed.Node2.UnderlayAddress, 53);
        using var client = bed.A.Udp(6000);
        await client.SendToAsync(new byte[] { 1 }, new IPEndPoint(bed.Node2.UnderlayAddress, 53));
        var seen = await server.ReceiveAsync(Traffic.Soon);
        await server.SendToAsync(new byte[] { 2 }, seen!);
        (await client.ReceiveAsync(Traffic.Soon)).Should().NotBeNull();

        bed.A.Exits.Clear();
        await bed.ApplyAsync();
        await server.SendToAsync(new byte[] { 3 }, seen!);

        (await client.ReceiveAsync(Traffic.Never)).Should().BeNull();
    }

    [Fact]
    public async Task Exceptions_and_a_switched_off_masquerade_show_the_pods_own_address()
    {
        using var bed = await CreateAsync();
        bed.Node1.MasqueradeExceptions = [IPNetwork.Parse("192.168.50.0/24")];
        await bed.ApplyAsync();
        (await ReachesAsync(bed, bed.Node2.UnderlayAddress, 53)).Should().Be(bed.A.Address4);

        bed.Node1.MasqueradeExceptions = [];
        await bed.ApplyAsync();
        (await ReachesAsync(bed, bed.Node2.UnderlayAddress, 53)).Should().Be(bed.Node1.UnderlayAddress);

        bed.Node1.Settings = bed.Node1.Settings with { Masquerade = false };
        await bed.ApplyAsync();
        (await ReachesAsync(bed, bed.Node2.UnderlayAddress, 53)).Should().Be(bed.A.Address4);
    }

    [Fact]
    public async Task A_node_reaches_pods_and_its_own_pods_reach_it_but_the_overlay_does_not()
    {
        using var bed = await CreateAsync(b => b.B.Isolate());
        (await NodeCallsAsync(bed.Node1, bed.C)).Should().BeTrue("open");
        (await NodeCallsAsync(bed.Node1, bed.B)).Should().BeTrue("its own pod: the kubelet's probes");
        bed.C.Accept(GrantSource.AnyPod);
        await bed.ApplyAsync();
        (await NodeCallsAsync(bed.Node1, bed.C)).Should().BeFalse("another node's process is no pod");

        (await CallsNodeAsync(bed.A, bed.Node1, bed.Node1.UnderlayAddress)).Should().BeTrue();
        (await CallsNodeAsync(bed.A, bed.Node1, bed.Node1.VtepAddress4)).Should().BeTrue();
        (await CallsNodeAsync(bed.C, bed.Node1, bed.Node1.VtepAddress4)).Should().BeFalse("inside of the overlay a node has no services");
        bed.Node1.Counter("turned_away").Should().BeGreaterThan(0);
    }

    [Theory]
    [InlineData("b")]
    [InlineData("c")]
    public async Task Deny_action_reject_tells_the_client_at_once(string to)
    {
        using var bed = await CreateAsync(b =>
        {
            b.Node1.Settings = b.Node2.Settings = b.Node1.Settings with { DenyAction = DenyAction.Reject };
            b.A.Isolate();
            b.Pod(to).Isolate();
        });
        using var tcp = bed.A.Inside.Tcp(bed.A.Address4);
        using var udp = bed.A.Inside.Udp(bed.A.Address4);

        (await tcp.TryConnectAsync(new IPEndPoint(bed.Pod(to).Address4, 8080))).Should().Be(System.Net.Sockets.SocketError.ConnectionRefused);
        await udp.ConnectAsync(new IPEndPoint(bed.Pod(to).Address4, 8080), Stop);
        await udp.SendAsync(new byte[] { 1 }, Stop);
        var hearing = async () => await udp.ReceiveAsync(new byte[10], Stop).AsTask().WaitAsync(Traffic.Soon, Stop);
        (await hearing.Should().ThrowAsync<System.Net.Sockets.SocketException>()).Which.SocketErrorCode.Should().Be(System.Net.Sockets.SocketError.HostUnreachable);
    }

    [Fact]
    public async Task An_isolated_server_learns_its_path_mtu()
    {
        // C serves A and no one else. A's side of the path is narrower; what is too big for it must be told to C through both nodes' rules.
        using var bed = await CreateAsync(b =>
        {
            b.A.Isolate();
            b.C.Accept(b.A, IpProtocol.UDP, PortRange.Of(5000));
        });
        bed.Node1.Run("ip", "link", "set", bed.A.Veth, "mtu", "1300");
        using var server = bed.C.Udp(5000);
        using var client = bed.A.Udp(6000);
        server.DontFragment = true;
        (await Traffic.EchoesAsync(client, server, new IPEndPoint(bed.C.Address4, 5000))).Should().BeTrue();

        await server.SendToAsync(new byte[1350], new IPEndPoint(bed.A.Address4, 6000));
        (await client.ReceiveAsync(Traffic.Never)).Should().BeNull("it does not fit");

        Command.Run(["ip", "netns", "exec", bed.C.NamespaceName, "ip", "route", "get", bed.A.Address4.ToString()]).Should().Contain("mtu 1300");
    }

    private static async Task<IPAddress?> ReachesAsync(TestBed bed, IPAddress outside, int port)
    {
        using var server = bed.Node2.Inside.Udp(outside, port);
        using var client = bed.A.Udp(0, outside.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6);
        var said = Guid.NewGuid().ToByteArray();
        await client.SendToAsync(said, new IPEndPoint(outside, port));
        if (await server.ReceiveAsync(Traffic.Never, said) is not IPEndPoint seen)
        {
            return null;
        }

        if (!seen.Address.Equals(bed.A.Address4))
        {
            await server.SendToAsync(said, seen);
            (await client.ReceiveAsync(Traffic.Soon, said)).Should().NotBeNull("an answer finds its way back");
        }

        return seen.Address;
    }

    private static async Task<bool> NodeCallsAsync(BedNode node, BedPod pod)
    {
        using var listener = pod.Inside.Listen(pod.Address4, 8080);
        using var client = node.Inside.Tcp(pod.Node == node ? node.UnderlayAddress : IPAddress.Any);
        if (!await client.ConnectsAsync(new IPEndPoint(pod.Address4, 8080)))
        {
            return false;
        }

        using var accepted = await listener.AcceptAsync(Stop).AsTask().WaitAsync(Traffic.Soon, Stop);
        return await Traffic.TalksAsync(client, accepted) && await Traffic.TalksAsync(accepted, client);
    }

    private static async Task<bool> CallsNodeAsync(BedPod pod, BedNode node, IPAddress address)
    {
        using var listener = node.Inside.Listen(address, 10250);
        using var client = pod.Inside.Tcp(pod.Address4);
        return await client.ConnectsAsync(new IPEndPoint(address, 10250));
    }
}
