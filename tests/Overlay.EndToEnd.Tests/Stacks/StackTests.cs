using System.Net;
using System.Net.Sockets;
using Overlay.EndToEnd.Tests.Faults;
using Overlay.EndToEnd.Tests.Shop;
using Overlay.Lab;
using Overlay.Lab.Echo;
using Overlay.Lab.Probes;
using Overlay.Lab.Shop;
using Overlay.Lab.Underlay;
using Overlay.Netlink;

namespace Overlay.EndToEnd.Tests.Stacks;

/// <summary>What a cluster promises, in every address family it has.</summary>
public abstract partial class StackTests(LabUnderTest lab) : IDisposable
{
    private const string UdpToo = """
        apiVersion: overlay-cni.io/v1alpha1
        kind: OverlayPolicy
        metadata: {name: cart-calls, namespace: payments}
        spec: {podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: shop}}, podSelector: {matchLabels: {app: cart}}}], ports: [{protocol: UDP, port: 8443, endPort: 9001}]}]}
        """;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    /// <summary>The families of the lab.</summary>
    protected IReadOnlyList<LabFamily> Families => lab.Cluster.Underlay.Stack.Families;

    /// <summary>What the underlay's packets have left for the pods': an outer header of IPv4 takes 50 bytes, one of IPv6 takes 70.</summary>
    protected int Mtu => Families[0].Family == AddressFamily.InterNetwork ? 1450 : 1430;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Policies_hold_in_every_family_and_are_gone_again()
    {
        foreach (var family in Families)
            await ShopMatrix.IsOpenAsync(lab.Pods, family.Family);

        await PoliciesAsync();
        foreach (var family in Families)
            await ShopMatrix.IsAsPromisedAsync(lab.Pods, family.Family);

        WithdrawPolicies();
        foreach (var family in Families)
            await ShopMatrix.IsOpenAsync(lab.Pods, family.Family);
    }

    [Fact]
    public void Nodes_and_pods_have_addresses_of_these_families_and_of_no_other()
    {
        foreach (var pod in lab.Pods)
        {
            pod.Addresses.Should().HaveCount(Families.Count);
            foreach (var (address, family) in pod.Addresses.Zip(Families))
                family.Pool.Contains(address).Should().BeTrue($"{address} of {pod} is of {family.Pool}");
        }

        foreach (var space in lab.Pods.Select(pod => pod.Space).Concat(lab.Cluster.Nodes.Select(node => node.Space)))
        {
            using var kernel = RouteSocket.Open(space);
            kernel.Addresses().Select(a => a.Address).Where(address => !IPAddress.IsLoopback(address)).Select(address => address.AddressFamily).Distinct()
                .Should().BeSubsetOf(Families.Select(family => family.Family));
        }
    }

    [Fact]
    public async Task Full_size_packets_cross_in_one_piece_and_larger_ones_in_several()
    {
        var (client, server) = (lab.Pod("frontend"), lab.Pod("gateway"));
        client.Node.Should().NotBe(server.Node, "they shall cross the underlay");
        client.Run("ip", "-o", "link", "show", "dev", "eth0").Checked().Should().Contain($" mtu {Mtu} ");
        foreach (var family in Families)
        {
            using var ear = Probe.Open(server.Space, family.Family, SocketType.Dgram, new IPEndPoint(family.Family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 9000));
            using var socket = Probe.Open(client.Space, family.Family, SocketType.Dgram);
            var headers = family.Family == AddressFamily.InterNetwork ? 28 : 48;
            foreach (var size in (int[])[Mtu - headers, 4000])
            {
                var got = new byte[8000];
                await Until.TrueAsync(
                    Soon,
                    $"{size} bytes to arrive by {family}",
                    async () =>
                    {
                        await socket.SendToAsync(new byte[size], server.At(family.Family, 9000), Cancel);
                        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
                        patience.CancelAfter(TimeSpan.FromMilliseconds(500));
                        try
                        {
                            return await ear.ReceiveAsync(got, patience.Token) == size;
                        }
                        catch (OperationCanceledException) when (!Cancel.IsCancellationRequested)
                        {
                            return false;
                        }
                    });
            }
        }
    }

    [Fact]
    public async Task What_leaves_the_overlay_has_its_node_s_address()
    {
        using var outside = EchoServer.Start(lab.Cluster.Underlay.Space, "outside", [7000]);
        var client = lab.Pod("cart");
        foreach (var family in Families)
        {
            var answer = await client.TcpAsync(new IPEndPoint(family.Switch, 7000), Cancel, Soon);
            answer.Greeting.Should().StartWith($"outside {new IPEndPoint(family.Node(client.Node.Number), 0).ToString()[..^1]}", "the world has no way to pods' addresses");
        }
    }

    [Fact]
    public async Task A_node_s_port_leads_to_the_pod_from_nodes_from_pods_and_from_outside()
    {
        lab.KubectlWith(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: ported, namespace: shop, labels: {app: ported}}
            spec: {nodeName: node2, containers: [{name: echo, image: overlay-lab/echo, ports: [{containerPort: 8080, hostPort: 18081}]}]}
            """,
            "apply", "-f", "-").Checked();
        using (await lab.Cluster.WaitRunningAsync("shop", "ported", Cancel))
        {
            foreach (var family in Families)
            {
                var by = new IPEndPoint(family.Node(2), 18081);
                (await lab.Pod("cart").TcpAsync(by, Cancel, Soon)).Greeting.Should().StartWith("shop/ported ");
                (await Probe.TcpAsync(lab.Cluster.Node("node1").Space, by, Cancel, Soon)).Greeting.Should().StartWith("shop/ported ");
                (await Probe.TcpAsync(lab.Cluster.Underlay.Space, by, Cancel, Soon)).Greeting.Should().StartWith($"shop/ported {new IPEndPoint(family.Switch, 0).ToString()[..^1]}");
            }
        }

        await lab.Cluster.DeletePodAsync("shop", "ported", Cancel);
    }

    [Fact]
    public async Task An_agent_that_is_killed_and_started_again_disturbs_nothing_and_lets_nothing_through()
    {
        await PoliciesAsync();
        lab.KubectlWith(UdpToo, "apply", "-f", "-").Checked();
        var (allowed, denied, server) = (lab.Pod("cart"), lab.Pod("frontend"), lab.Pod("gateway"));
        List<Flow> flows = [];
        List<Flood> floods = [];
        foreach (var family in Families)
        {
            await ShopMatrix.IsAsPromisedAsync(lab.Pods, family.Family);
            await Until.TrueAsync(Soon, "UDP to be allowed too", async () => (await allowed.UdpAsync(server.At(family.Family, 8443), Cancel)).Connected);
            foreach (var type in (SocketType[])[SocketType.Stream, SocketType.Dgram])
                flows.Add(await Flow.StartAsync($"{type} by {family}", allowed.Space, server.At(family.Family, 8443), type));
            floods.Add(Flood.Start(denied.Space, server.Space, server.At(family.Family, 8444)));
        }

        foreach (var node in lab.Cluster.Nodes)
        {
            await node.Agent.KillAsync();
            node.Agent.Start();
            await LabCluster.WaitReadyAsync(node, Cancel);
        }

        foreach (var flood in floods)
            (await flood.StopAsync()).ShouldHaveBeenDenied();
        (await Flow.StopAllAsync(flows)).ShouldBeUndisturbed();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lab.Kubectl("delete", "overlaypolicy", "-n", "payments", "cart-calls", "--ignore-not-found").Checked();
        WithdrawPolicies();
        GC.SuppressFinalize(this);
    }

    private Task<string> PoliciesAsync() => new ShopFloor(lab.Cluster).ApplyPoliciesAsync(Cancel);

    private void WithdrawPolicies() => lab.Kubectl("delete", "-f", Path.Combine(LabPaths.Examples(), "policies"), "--ignore-not-found").Checked();
}
