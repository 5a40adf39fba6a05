using System.Net;
using System.Net.Sockets;
using Overlay.Api;
using Overlay.Lab.Probes;
using Overlay.Netlink;

namespace Overlay.EndToEnd.Tests.Faults;

/// <summary>Fault 1, end to end: a pod writes VXLAN packets with another workload's tag. (The many ways of it are the kernel tests'.)</summary>
[Collection(FaultLabCollection.Name)]
public sealed class ForgedTagTests(FaultLab lab)
{
    private const int Packets = 1000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_pod_cannot_forge_a_tag_towards_its_own_node_nor_a_peer()
    {
        var ns = await lab.FreshNamespaceAsync();
        await using var pods = new PodSet();
        var friend = await pods.RunAsync(lab.Cluster, lab.Node1, ns, "friend");
        var here = await pods.RunAsync(lab.Cluster, lab.Node2, ns, "here", "attacker");
        var there = await pods.RunAsync(lab.Cluster, lab.Node1, ns, "there", "attacker");
        var victim = await pods.RunAsync(lab.Cluster, lab.Node2, ns, "victim");
        await Policies.AllowOnlyAsync(lab.Cluster, ns, "victim", "friend");
        await Until.TrueAsync(TimeSpan.FromSeconds(5), "the attacker to be denied", async () => !await there.ReachesAsync(victim));

        var tags = await lab.Cluster.Api.ListAsync($"apis/{OverlayGroup.Name}/{OverlayGroup.Version}/workloadtags", Cancel);
        var tag = (ushort)(int)tags.First(t => (string?)t["spec"]!["namespace"] == ns && t["spec"]!["labels"]!.ToJsonString().Contains("friend", StringComparison.Ordinal))["spec"]!["tag"]!;
        using var kernel = RouteSocket.Open(lab.Node2.Space);
        var vtep = kernel.GetLink("overlay-vtep")!;
        var packet = ForgedPacket.Build(vtep.Vxlan!.Vni, tag, vtep.MacAddress!, friend.Address!, new IPEndPoint(victim.Address!, 9000));
        var door = new IPEndPoint(lab.Node2.Address, vtep.Vxlan.Port);
        using var ear = Probe.Open(victim.Space, AddressFamily.InterNetwork, SocketType.Dgram, new IPEndPoint(IPAddress.Any, 9000));

        await SendAsync(here.Space, door, packet, Packets);
        await SendAsync(there.Space, door, packet, Packets);
        await Task.Delay(500, Cancel);
        ear.Available.Should().Be(0, "no forged packet may be delivered");

        // The same bytes from the peer's own network, where only its kernel may speak: they would have been believed.
        await SendAsync(lab.Node1.Space, door, packet, 3);
        await Until.TrueAsync(TimeSpan.FromSeconds(2), "the control packets to arrive", () => ear.Available > 0);
    }

    private static async Task SendAsync(NetworkNamespace from, IPEndPoint to, byte[] packet, int count)
    {
        using var socket = Probe.Open(from, AddressFamily.InterNetwork, SocketType.Dgram);
        for (var i = 0; i < count; i++)
        {
            try
            {
                await socket.SendToAsync(packet, to, Cancel);
            }
            catch (SocketException)
            {
                // "Prohibited" is a fine answer.
            }
        }
    }
}
