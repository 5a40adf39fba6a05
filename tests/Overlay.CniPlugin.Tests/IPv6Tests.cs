using System.Net;
using System.Net.Sockets;
using Overlay.CniPlugin.Tests.Bed;
using Overlay.Netlink;

namespace Overlay.CniPlugin.Tests;

/// <summary>A node that has IPv6 only, underlay and pods: the same agent, the same calls.</summary>
public sealed class IPv6Tests : IAsyncLifetime
{
    private const int Port = 8088;
    private static readonly IPAddress Underlay = IPAddress.Parse("2001:db8::1");

    private readonly NodeBed _node = NodeBed.Prepare();

    public async ValueTask InitializeAsync()
    {
        _node.Kernel.Apply(new RouteBatch()
            .DeleteAddress(new InterfaceAddress(_node.Underlay, IPAddress.Parse("192.0.2.1"), 24))
            .AddAddress(new InterfaceAddress(_node.Underlay, Underlay, 64) { NoDuplicateDetection = true }));
        _node.Put("network", Objects.Network("fd00:255::/48", 64));
        _node.Put("subnet-1", Objects.Subnet(1, "fd00:255:0:1::/64", "2001:db8::"));
        _node.Put("subnet-2", Objects.Subnet(2, "fd00:255:0:2::/64", "2001:db8::"));
        await _node.StartAgentAsync();
    }

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public async Task Pods_are_wired_reached_and_mapped_by_IPv6_alone()
    {
        var vtep = _node.Kernel.GetLink("overlay-vtep")!;
        (vtep.Vxlan!.Local, vtep.Mtu).Should().Be((Underlay, 1430), "an IPv6 underlay takes 70 bytes");
        _node.Kernel.ForwardingEntries(vtep.Index).Should().ContainSingle(entry => IPAddress.Parse("2001:db8::2").Equals(entry.Remote));

        var pod = _node.Pod();
        var added = _node.Add(pod, more: $$""","runtimeConfig":{"portMappings":[{"hostPort":{{Port}},"containerPort":80}]}""");
        added.Code.Should().Be(0, added.Stdout);
        added.Json.GetProperty("ips").EnumerateArray().Should().ContainSingle().Which.GetProperty("gateway").GetString().Should().Be("fe80::1");
        _node.Veths.Should().ContainSingle().Which.Mtu.Should().Be(1430);
        using var inside = NodeBed.Enter(pod);
        using var server = inside.Run(() =>
        {
            var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(added.Address), 80));
            socket.Listen(4);
            return socket;
        });
        await CallsAsync(new IPEndPoint(IPAddress.Parse(added.Address), 80));
        await CallsAsync(new IPEndPoint(Underlay, Port));

        _node.Check(pod, added.Stdout).Code.Should().Be(0);
        _node.Del(pod).Code.Should().Be(0);
        _node.Veths.Should().BeEmpty();
    }

    [Fact]
    public void The_pods_kernel_knows_its_address_when_ADD_answers()
    {
        foreach (var _ in Enumerable.Range(0, 20))
        {
            var pod = _node.Pod();
            var added = _node.Add(pod);
            added.Code.Should().Be(0, added.Stdout);
            using var inside = NodeBed.Enter(pod);
            using var kernel = RouteSocket.Open(inside);
            kernel.Routes(AddressFamily.InterNetworkV6, Route.LocalTable).Where(r => r.Type == RouteType.Local).Select(r => r.Destination.BaseAddress)
                .Should().Contain(IPAddress.Parse(added.Address));
        }
    }

    private async Task CallsAsync(IPEndPoint by)
    {
        using var client = _node.Enter(() => new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp));
        await client.ConnectAsync(by, TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }
}
