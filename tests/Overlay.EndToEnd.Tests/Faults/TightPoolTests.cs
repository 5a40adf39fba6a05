using System.Net;
using System.Net.Sockets;
using Overlay.Lab;
using Overlay.Lab.Nodes;
using Overlay.Lab.Probes;
using Overlay.Lab.Runtime;

namespace Overlay.EndToEnd.Tests.Faults;

/// <summary>Faults 23 and 20, where addresses are scarce: a node's subnet is a /29, six addresses for pods.</summary>
[Collection(OwnLabCollection.Name)]
public sealed class TightPoolTests : IAsyncLifetime
{
    private const int Addresses = 6;

    private LabCluster _lab = null!;

    private LabNode Tight => _lab.Nodes[0];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _lab = await LabCluster.StartAsync(
            FaultLab.Options("tight") with { Nodes = 2, NetworkSpec = FaultLab.Network("10.255.0.0/24", 29) },
            null,
            sweepAtEnd: true,
            Cancel);
        await _lab.CreateNamespaceAsync("tight", null, Cancel);
    }

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task An_exhausted_pool_is_said_and_a_freed_address_is_usable_at_once()
    {
        await using var pods = new PodSet();
        var full = await pods.RunAsync(_lab, Tight, "tight", "full", Addresses);
        full.Select(p => p.Address).Should().OnlyHaveUniqueItems();
        var late = (await pods.CreateAsync(_lab, Tight, "tight", "late", 1))[0];

        var refused = await late.AddAsync();
        refused.ErrorCode.Should().Be(11, refused.Output);
        NodeState.Veths(Tight).Should().HaveCount(Addresses, "no veth may be made without an address");
        (await StatusAsync()).ErrorCode.Should().Be(50);

        var freed = full[2].Address;
        (await full[2].DeleteAsync()).ExitCode.Should().Be(0);
        (await StatusAsync()).ExitCode.Should().Be(0);
        late.Renew();
        (await late.AddAsync()).Succeeded.Should().BeTrue();
        late.Address.Should().Be(freed);
        late.Serve();
        (await full[0].ReachesAsync(late, TimeSpan.FromSeconds(2))).Should().BeTrue();
        (await StatusAsync()).ErrorCode.Should().Be(50);
    }

    [Fact]
    public async Task A_reused_address_gets_no_packet_of_flows_to_and_from_its_former_pod()
    {
        await using var pods = new PodSet();
        var peer = await pods.RunAsync(_lab, _lab.Nodes[1], "tight", "peer");
        var others = await pods.RunAsync(_lab, Tight, "tight", "others", Addresses - 1);
        var former = await pods.RunAsync(_lab, Tight, "tight", "former");
        await Policies.AllowOnlyAsync(_lab, "tight", "next", "nobody");
        await Policies.AllowOnlyAsync(_lab, "tight", "peer", "former");
        var address = former.Address!;

        // One flow that the peer began, one that the former pod began and the peer goes on answering.
        using var toFormer = Probe.Open(peer.Space, AddressFamily.InterNetwork, SocketType.Dgram, new IPEndPoint(IPAddress.Any, 5001));
        using var fromPeer = Probe.Open(peer.Space, AddressFamily.InterNetwork, SocketType.Dgram, new IPEndPoint(IPAddress.Any, 5002));
        using (var asking = Probe.Open(former.Space, AddressFamily.InterNetwork, SocketType.Dgram, new IPEndPoint(IPAddress.Any, 5003)))
        {
            await Until.TrueAsync(
                TimeSpan.FromSeconds(5),
                "the former pod's question to arrive",
                async () =>
                {
                    await asking.SendToAsync("ask"u8.ToArray(), new IPEndPoint(peer.Address!, 5002), Cancel);
                    await Task.Delay(50, Cancel);
                    return fromPeer.Available > 0;
                });
        }

        using var stop = new CancellationTokenSource();
        var old = Task.WhenAll(
            PourAsync(toFormer, new IPEndPoint(address, 8080), stop.Token),
            PourAsync(fromPeer, new IPEndPoint(address, 5003), stop.Token));
        await Task.Delay(300, Cancel);
        (await former.DeleteAsync()).ExitCode.Should().Be(0);
        var next = (await pods.CreateAsync(_lab, Tight, "tight", "next", 1))[0];
        using var ear1 = Probe.Open(next.Space, AddressFamily.InterNetwork, SocketType.Dgram, new IPEndPoint(IPAddress.Any, 8080));
        using var ear2 = Probe.Open(next.Space, AddressFamily.InterNetwork, SocketType.Dgram, new IPEndPoint(IPAddress.Any, 5003));
        (await next.AddAsync()).Succeeded.Should().BeTrue();
        next.Address.Should().Be(address, "it is the only one left");
        await Task.Delay(1500, Cancel);
        await stop.CancelAsync();
        var poured = await old;

        poured.Should().OnlyContain(n => n > 50, "silence proves nothing");
        ear1.Available.Should().Be(0, "the flow to the former pod must not reach the next one");
        ear2.Available.Should().Be(0, "the answers to the former pod must not reach the next one");
        others.Should().HaveCount(Addresses - 1);
    }

    private Task<CniAnswer> StatusAsync() => Tight.Runtime.CallAsync(
        new Dictionary<string, string>(StringComparer.Ordinal) { ["CNI_COMMAND"] = "STATUS", ["CNI_PATH"] = "/opt/cni/bin" },
        CniRuntime.Configuration().ToJsonString(),
        Cancel);

    private static async Task<int> PourAsync(Socket socket, IPEndPoint to, CancellationToken stop)
    {
        var count = 0;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await socket.SendToAsync("old"u8.ToArray(), to, CancellationToken.None);
                count++;
            }
            catch (SocketException)
            {
                // "Host unreachable" while nobody has the address.
            }

            await Task.Delay(10, CancellationToken.None);
        }

        return count;
    }
}
