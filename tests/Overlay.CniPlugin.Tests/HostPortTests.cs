using System.Net;
using System.Net.Sockets;
using Overlay.CniPlugin.Tests.Bed;
using Overlay.NodeAgent.Tests.Rules.Bed;

namespace Overlay.CniPlugin.Tests;

/// <summary>The capability portMappings as a runtime uses it: through the plugin and the real agent, to a server in the pod.</summary>
public sealed class HostPortTests : IAsyncLifetime
{
    private const int Port = 8088;

    private NodeBed _node = null!;

    public async ValueTask InitializeAsync() => _node = await NodeBed.StartAsync();

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public async Task A_mapped_port_leads_to_the_pod_from_ADD_to_DEL_and_over_the_agents_death()
    {
        var (pod, other) = (_node.Pod(), _node.Pod());
        var added = _node.Add(pod, more: Mapping("tcp"));
        added.Code.Should().Be(0, added.Stdout);
        using var server = Serve(pod, added.Address);
        (await CallsAsync()).Should().BeTrue("at once");

        var refused = _node.Add(other, more: Mapping("TCP", "192.0.2.1"));
        refused.Code.Should().Be(102);
        refused.Said.Should().Contain("shop/front-1").And.Contain($"{Port}");
        _node.Veths.Should().ContainSingle("what was refused leaves nothing");

        await _node.KillAgentAsync();
        (await CallsAsync()).Should().BeTrue("without an agent");
        await _node.StartAgentAsync();
        _node.Add(other, more: Mapping("tcp")).Code.Should().Be(102, "the next agent knows the holder");
        _node.Inside("nft flush ruleset");
        await _node.UntilAsync(() => CallsAsync().GetAwaiter().GetResult(), TimeSpan.FromSeconds(10), "the port is mapped again after a flush");

        _node.Del(pod).Code.Should().Be(0);
        var again = _node.Add(other, more: Mapping("tcp"));
        again.Code.Should().Be(0, again.Stdout);
        using var second = Serve(other, again.Address);
        (await CallsAsync()).Should().BeTrue("the port is the next pod's");
    }

    [Fact]
    public async Task A_pods_new_sandbox_is_not_its_rival()
    {
        var pod = _node.Pod();
        _node.Add(pod, more: Mapping("tcp")).Code.Should().Be(0);
        var fresh = _node.Pod() with { Container = "fresh", Name = pod.Name, Uid = pod.Uid };
        var added = _node.Add(fresh, more: Mapping("tcp"));
        added.Code.Should().Be(0, added.Stdout);
        using var server = Serve(fresh, added.Address);
        (await CallsAsync()).Should().BeTrue("the new sandbox has the port, though the old one is still there");
        _node.Del(pod).Code.Should().Be(0);
        (await CallsAsync()).Should().BeTrue();
    }

    [Fact]
    public void Bad_mappings_are_refused_by_ADD_and_no_matter_to_DEL()
    {
        var pod = _node.Pod();
        var bad = ""","runtimeConfig":{"portMappings":[{"hostPort":0}]}""";
        _node.Add(pod, more: bad).Code.Should().Be(7);
        _node.Add(pod, more: ""","runtimeConfig":[]""").Code.Should().Be(7);
        _node.Add(pod, more: ""","runtimeConfig":{"portMappings":[{"hostPort":4789,"containerPort":4789,"protocol":"udp"}]}""").Code.Should().Be(102);
        _node.Veths.Should().BeEmpty();
        _node.Call("DEL", pod.Container, pod, "1.1.0", bad).Code.Should().Be(0);
    }

    private static string Mapping(string protocol, string address = "") =>
        $$""","runtimeConfig":{"portMappings":[{"hostPort":{{Port}},"containerPort":80,"protocol":"{{protocol}}","hostIP":"{{address}}"}]}""";

    private static Socket Serve(BedPod pod, string address)
    {
        using var inside = NodeBed.Enter(pod);
        return inside.Run(() =>
        {
            var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            server.Bind(new IPEndPoint(IPAddress.Parse(address), 80));
            server.Listen(16);
            return server;
        });
    }

    /// <summary>Whether a process of the node reaches a server by 127.0.0.1 and by the node's address.</summary>
    private async Task<bool> CallsAsync()
    {
        foreach (var address in (string[])["127.0.0.1", "192.0.2.1"])
        {
            using var client = _node.Enter(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            using var limit = Patience.Of(TimeSpan.FromSeconds(1));
            try
            {
                await client.ConnectAsync(new IPEndPoint(IPAddress.Parse(address), Port), limit.Token);
            }
            catch (Exception error) when (error is SocketException or OperationCanceledException)
            {
                return false;
            }
        }

        return true;
    }
}
