using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Overlay.Api;
using Overlay.EndToEnd.Tests.Faults;
using Overlay.Lab.Probes;
using Overlay.Netlink;

namespace Overlay.EndToEnd.Tests.Stacks;

/// <summary>What pods must not be able to pretend, in every family.</summary>
public abstract partial class StackTests
{
    private const int Forged = 100;

    // RFC 4861, section 4.2: type 134, a hop limit to use, a router lifetime of 1800 s, no options.
    private static readonly byte[] Advertisement = [134, 0, 0, 0, 64, 0, 0x07, 0x08, 0, 0, 0, 0, 0, 0, 0, 0];

    [Fact]
    public async Task A_tag_that_a_pod_forges_is_believed_nowhere()
    {
        await PoliciesAsync();
        lab.KubectlWith(UdpToo, "apply", "-f", "-").Checked();
        var (friend, victim) = (lab.Pod("cart"), lab.Pod("gateway"));
        var tags = await lab.Cluster.Api.ListAsync($"apis/{OverlayGroup.Name}/{OverlayGroup.Version}/workloadtags", Cancel);
        var tag = (ushort)(int)tags.First(t => (string?)t["spec"]!["labels"]?["app"] is "cart" && (string?)t["status"]?["phase"] is not "Released")["spec"]!["tag"]!;
        using var kernel = RouteSocket.Open(victim.Node.Space);
        var vtep = kernel.GetLink("overlay-vtep")!;
        foreach (var inner in Families)
        {
            await Until.TrueAsync(Soon, "UDP to be allowed too", async () => (await friend.UdpAsync(victim.At(inner.Family, 8443), Cancel)).Connected);
            var to = victim.At(inner.Family, 9000);
            using var ear = Probe.Open(victim.Space, inner.Family, SocketType.Dgram, to);
            var packet = ForgedPacket.Build(vtep.Vxlan!.Vni, tag, vtep.MacAddress!, friend.At(inner.Family).Address, to);
            foreach (var outer in Families)
            {
                var door = new IPEndPoint(outer.Node(victim.Node.Number), vtep.Vxlan.Port);
                foreach (var attacker in lab.Pods.Where(pod => pod != victim && pod != friend))
                    await PourAsync(attacker.Space, door, packet);
            }

            await Task.Delay(500, Cancel);
            ear.Available.Should().Be(0, $"no forged packet may be delivered, by {inner}");

            // The same bytes from a peer's own network, where only its kernel may speak: they would have been believed.
            var peer = lab.Cluster.Nodes.First(node => node != victim.Node);
            await PourAsync(peer.Space, new IPEndPoint(Families[0].Node(victim.Node.Number), vtep.Vxlan.Port), packet);
            await Until.TrueAsync(Soon, "the control packets to arrive", () => ear.Available > 0);
        }
    }

    [Fact]
    public async Task A_pod_s_router_advertisements_reach_nobody()
    {
        var (pod, other) = (lab.Pod("frontend"), lab.Pod("gateway"));
        if (Families.All(family => family.Family != AddressFamily.InterNetworkV6))
            return;
        using var node = IcmpV6(pod.Node.Space);
        using var peer = IcmpV6(other.Space);
        using var hostile = IcmpV6(pod.Space);
        hostile.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.MulticastTimeToLive, 255);
        hostile.Ttl = 255;
        using (var kernel = RouteSocket.Open(pod.Space))
            hostile.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.MulticastInterface, kernel.GetLink("eth0")!.Index.Value);
        var before = Advertised(pod.Node);
        var six = Families.Single(family => family.Family == AddressFamily.InterNetworkV6);
        foreach (var address in (IPAddress[])[IPAddress.Parse("ff02::1"), six.Node(pod.Node.Number), other.At(six.Family).Address])
        {
            for (var i = 0; i < 10; i++)
                await hostile.SendToAsync(Advertisement, new IPEndPoint(address, 0), Cancel);
        }

        await Until.TrueAsync(Soon, "all of them to be dropped and counted", () => Advertised(pod.Node) - before == 30, () => $"{Advertised(pod.Node) - before} of 30");
        Heard(node).Should().NotContain(Advertisement[0]);
        Heard(peer).Should().NotContain(Advertisement[0]);
    }

    private static async Task PourAsync(NetworkNamespace from, IPEndPoint to, byte[] packet)
    {
        using var socket = Probe.Open(from, to.AddressFamily, SocketType.Dgram);
        for (var i = 0; i < Forged; i++)
        {
            try
            {
                await socket.SendToAsync(packet, to, Cancel);
            }
            catch (SocketException)
            {
                // "Prohibited" or "unreachable" about an earlier one is a fine answer.
            }
        }
    }

    private static Socket IcmpV6(NetworkNamespace inside) => inside.Run(() => new Socket(AddressFamily.InterNetworkV6, SocketType.Raw, ProtocolType.IcmpV6));

    /// <summary>The types of the ICMPv6 messages that came.</summary>
    private static List<byte> Heard(Socket socket)
    {
        List<byte> types = [];
        var buffer = new byte[2048];
        while (socket.Available > 0)
        {
            if (socket.Receive(buffer) > 0)
                types.Add(buffer[0]);
        }

        return types;
    }

    private static long Advertised(Lab.Nodes.LabNode node) =>
        long.Parse(PacketCount().Match(node.Run("nft", "list", "counter", "inet", "overlay", "advertised").Checked()).Groups["count"].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex("packets (?<count>[0-9]+) ", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PacketCount();
}
