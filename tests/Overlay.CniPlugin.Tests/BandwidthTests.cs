using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Overlay.CniPlugin.Tests.Bed;
using Overlay.Netlink;

namespace Overlay.CniPlugin.Tests;

/// <summary>The capability bandwidth as a runtime uses it: the rates that real connections reach, and what becomes of the kernel's objects.</summary>
public sealed class BandwidthTests : IAsyncLifetime
{
    private const double ToPod = 40e6;
    private const double FromPod = 24e6;

    private NodeBed _node = null!;

    private IReadOnlyList<Link> Ifbs => [.. _node.Devices.Where(l => l.Kind is "ifb")];

    public async ValueTask InitializeAsync() => _node = await NodeBed.StartAsync();

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public async Task A_pod_receives_and_sends_at_the_rates_that_were_asked_for()
    {
        var pod = _node.Pod();
        var added = _node.Add(pod, more: Asked());
        added.Code.Should().Be(0, added.Stdout);
        using var inside = NodeBed.Enter(pod);

        var toPod = await RateAsync(listen => inside.Run(() => listen()), connect => _node.Enter(connect), added.Address);
        var fromPod = await RateAsync(listen => _node.Enter(listen), connect => inside.Run(() => connect()), "192.0.2.1");
        TestContext.Current.TestOutputHelper?.WriteLine($"payload: {toPod / ToPod:P1} of the rate to the pod, {fromPod / FromPod:P1} from it");
        toPod.Should().BeInRange(ToPod * 0.75, ToPod * 1.15, "to the pod");
        fromPod.Should().BeInRange(FromPod * 0.75, FromPod * 1.15, "from the pod");
    }

    [Fact]
    public async Task What_others_remove_comes_back_and_what_pods_leave_behind_goes()
    {
        var (pod, lost) = (_node.Pod(), _node.Pod());
        var result = _node.Add(pod, more: Asked()).Stdout;
        _node.Add(lost, more: Asked()).Code.Should().Be(0);
        var other = _node.Pod();
        _node.Add(other).Code.Should().Be(0);
        Ifbs.Should().HaveCount(2, "a pod without limits needs none");
        _node.Check(pod, result).Code.Should().Be(0);
        var veth = _node.Kernel.GetLink(JsonDocument.Parse(result).RootElement.GetProperty("interfaces")[0].GetProperty("name").GetString()!)!;
        var ifb = Ifbs.Single(i => i.Name[3..] == veth.Name[3..]);

        _node.Inside($"tc qdisc del dev {veth.Name} root");
        _node.Inside($"tc qdisc del dev {veth.Name} ingress");
        _node.Check(pod, result).Code.Should().BeOneOf(0, 101);
        _node.Kernel.DeleteLink(ifb.Index);
        await _node.UntilAsync(() => IsShaped(veth), TimeSpan.FromSeconds(20), "the limits are in force again");
        _node.Check(pod, result).Code.Should().Be(0);

        await _node.KillAgentAsync();
        NodeBed.End(lost);
        await _node.UntilAsync(() => _node.Veths.Count == 2, TimeSpan.FromSeconds(20), "the pod's veth went with its namespace");
        Ifbs.Should().HaveCount(2, "nobody swept yet");
        await _node.StartAgentAsync();
        await _node.UntilAsync(() => Ifbs.Count == 1, TimeSpan.FromSeconds(20), "what the lost pod left is swept");
        IsShaped(veth).Should().BeTrue("the next agent knows the limits");

        _node.Del(pod).Code.Should().Be(0);
        await _node.UntilAsync(() => Ifbs.Count == 0, TimeSpan.FromSeconds(10), "it goes with its pod");
    }

    [Theory]
    [InlineData("""{"ingressRate":-1}""")]
    [InlineData("""{"ingressRate":"10M"}""")]
    [InlineData("""{"egressBurst":1000}""")]
    [InlineData("[]")]
    public void Bad_limits_are_refused(string bandwidth)
    {
        _node.Add(_node.Pod(), more: $$$""","runtimeConfig":{"bandwidth":{{{bandwidth}}}}""").Code.Should().Be(7);
        _node.Veths.Should().BeEmpty();
    }

    /// <summary>As containerd passes the annotations: the burst is the largest number there is.</summary>
    private static string Asked() =>
        $$$""","runtimeConfig":{"bandwidth":{"ingressRate":{{{ToPod:0}}},"ingressBurst":4294967295,"egressRate":{{{FromPod:0}}},"egressBurst":4294967295}}""";

    private bool IsShaped(Link veth) =>
        _node.Kernel.GetLink($"ovi{veth.Name[3..]}") is { } ifb
        && _node.Kernel.Redirections(veth.Index) is [var only]
        && only.To == ifb.Index
        && _node.Kernel.Qdiscs().Count(q => q.Bucket is not null && (q.Link == veth.Index || q.Link == ifb.Index)) == 2;

    /// <summary>Bits a second that one TCP connection carries, without headers, once its first second is over.</summary>
    private static async Task<double> RateAsync(Func<Func<Socket>, Socket> listen, Func<Func<Socket>, Socket> connect, string address)
    {
        using var listener = listen(() =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(address), 5001));
            socket.Listen(1);
            return socket;
        });
        using var client = connect(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        await client.ConnectAsync(listener.LocalEndPoint!, stop.Token);
        using var server = await listener.AcceptAsync(stop.Token);
        var sending = Task.Run(() => SendAsync(client, stop.Token), CancellationToken.None);
        await ReceiveForAsync(server, TimeSpan.FromSeconds(1), stop.Token);
        var (bytes, took) = await ReceiveForAsync(server, TimeSpan.FromSeconds(3), stop.Token);
        await stop.CancelAsync();
        await sending;
        return bytes * 8 / took.TotalSeconds;
    }

    private static async Task SendAsync(Socket client, CancellationToken stop)
    {
        try
        {
            while (true)
                await client.SendAsync(new byte[65536], stop);
        }
        catch (OperationCanceledException)
        {
            // Measured.
        }
    }

    private static async Task<(long Bytes, TimeSpan Took)> ReceiveForAsync(Socket server, TimeSpan time, CancellationToken stop)
    {
        var began = Stopwatch.StartNew();
        var (bytes, buffer) = (0L, new byte[262144]);
        while (began.Elapsed < time)
            bytes += await server.ReceiveAsync(buffer, stop);
        return (bytes, began.Elapsed);
    }
}
