using System.Net;
using Overlay.EndToEnd.Tests.Faults;
using Overlay.Lab.Echo;
using Overlay.Lab.Probes;
using Overlay.Netlink;

namespace Overlay.EndToEnd.Tests.Runtimes;

/// <summary>A real container runtime on two nodes, asked as a kubelet asks it.</summary>
[Collection(FaultLabCollection.Name)]
public sealed class ContainerdTests(FaultLab lab, ContainerdNodes nodes) : IClassFixture<ContainerdNodes>, IAsyncDisposable
{
    private const int NodePort = 18080;
    private readonly Dictionary<Sandbox, ContainerdNode> _sandboxes = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sandboxes_are_added_reach_each_other_are_checked_and_leave_nothing()
    {
        var ns = await lab.FreshNamespaceAsync();
        var client = await RunAsync(nodes.One, ns, "client");
        var server = await RunAsync(nodes.Two, ns, "server");
        NodeState.PodAddresses(lab.Node1).Should().Contain(client.Address.ToString());
        NodeState.PodAddresses(lab.Node2).Should().Contain(server.Address.ToString());

        using (var space = server.Open())
        using (EchoServer.Start(space, "server", [EchoServer.DefaultPort]))
        using (var from = client.Open())
        {
            var at = new IPEndPoint(server.Address, EchoServer.DefaultPort);
            (await Probe.TcpAsync(from, at, Cancel, TimeSpan.FromSeconds(5))).Connected.Should().BeTrue($"{client} asks {server}");
        }

        (await nodes.Two.CheckAsync(server)).Succeeded.Should().BeTrue("CHECK finds what ADD made");

        await RemoveAsync(client);
        await RemoveAsync(server);
        File.Exists(ContainerdNode.Kept(server)).Should().BeFalse("libcni forgets a result when DEL has succeeded");
        await NodeState.WaitForExactlyAsync(lab.Node1, [], TimeSpan.FromSeconds(10));
        await NodeState.WaitForExactlyAsync(lab.Node2, [], TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Check_tells_what_is_gone_from_a_sandbox()
    {
        var ns = await lab.FreshNamespaceAsync();
        var broken = await RunAsync(nodes.One, ns, "broken");
        using (var space = broken.Open())
        using (var kernel = RouteSocket.Open(space))
            kernel.DeleteLink(kernel.GetLink("eth0")!.Index);
        var answer = await nodes.One.CheckAsync(broken);
        answer.Succeeded.Should().BeFalse("its eth0 is gone");
        answer.Output.Should().Contain("eth0");
    }

    [Fact]
    public async Task A_pod_that_no_API_server_knows_gets_no_sandbox_and_leaves_nothing()
    {
        var ns = await lab.FreshNamespaceAsync();
        var running = () => nodes.One.RunAsync(ns, "unknown", Guid.NewGuid().ToString());
        await running.Should().ThrowAsync<CriException>().WithMessage($"*the pod {ns}/unknown * is not known*");
        await NodeState.WaitForExactlyAsync(lab.Node1, [], TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_port_of_the_node_leads_to_the_pod_while_the_sandbox_is_there()
    {
        var ns = await lab.FreshNamespaceAsync();
        var server = await RunAsync(nodes.Two, ns, "server", ContainerdNode.HostPort(NodePort, EchoServer.DefaultPort));
        var at = new IPEndPoint(lab.Node2.Address, NodePort);
        using (var space = server.Open())
        using (EchoServer.Start(space, "server", [EchoServer.DefaultPort]))
            (await Probe.TcpAsync(lab.Node1.Space, at, Cancel, TimeSpan.FromSeconds(5))).Connected.Should().BeTrue($"{at} leads to {server}");

        await RemoveAsync(server);
        (await Probe.TcpAsync(lab.Node1.Space, at, Cancel)).Connected.Should().BeFalse("DEL takes the port away");
    }

    [Fact]
    public async Task A_pods_bandwidth_annotation_becomes_a_token_bucket()
    {
        var ns = await lab.FreshNamespaceAsync();
        var slow = await RunAsync(nodes.One, ns, "slow", ContainerdNode.Annotation("kubernetes.io/ingress-bandwidth", "17M"));
        Disciplines().Should().Contain("rate 17Mbit");

        await RemoveAsync(slow);

        // DEL answers when nothing passes the wire; its devices go behind the answer.
        await Until.TrueAsync(TimeSpan.FromSeconds(10), "the bucket goes with its pod", () => !Disciplines().Contains("rate 17Mbit", StringComparison.Ordinal), Disciplines);

        string Disciplines() => lab.Node1.Run("tc", "qdisc", "show").Checked();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var sandbox in _sandboxes.Keys.ToArray())
            await RemoveAsync(sandbox);
    }

    private async Task<Sandbox> RunAsync(ContainerdNode on, string ns, string name, params IEnumerable<Func<CriMessage, CriMessage>> asks)
    {
        var pod = await lab.Cluster.CreatePodAsync(ns, name, null, on.Node.Name, null, Cancel);
        var sandbox = await on.RunAsync(ns, name, (string)pod["metadata"]!["uid"]!, asks);
        _sandboxes[sandbox] = on;
        return sandbox;
    }

    private async Task RemoveAsync(Sandbox sandbox)
    {
        if (_sandboxes.Remove(sandbox, out var on))
            await on.RemoveAsync(sandbox.Id);
    }
}
