using System.Net;
using System.Net.Sockets;
using Overlay.Netlink.Conntrack;

namespace Overlay.Netlink.Tests.Kernel;

/// <summary>The facts that the wire format rests on, with real packets between two nodes.</summary>
public sealed class GroupPolicyTests
{
    private const int SocketLevel = 1;
    private const int SocketMark = 36;

    /// <summary>Keeps the mark that a packet arrives with where netlink can read it: in its connection's entry.</summary>
    private const string KeepMarks = """
        table inet witness {
          chain input { type filter hook input priority mangle; iifname "overlay-vtep" ct mark set meta mark; }
        }
        """;

    [Theory]
    [InlineData(0x0000_0000u, 0x0000_0000u, "0 stays 0")]
    [InlineData(0x0000_0010u, 0x0000_0010u, "the lowest tag of a workload")]
    [InlineData(0x0000_ffffu, 0x0000_ffffu, "16 bits are the tag")]
    [InlineData(0x0008_1234u, 0x0008_1234u, "bit 19 travels: vouched")]
    [InlineData(0x0040_1234u, 0x0040_1234u, "bit 22 travels: egress isolated")]
    [InlineData(0xabcd_1234u, 0x0048_1234u, "no other bit travels")]
    public async Task The_mark_travels_with_the_packet_both_ways(uint sent, uint arrives, string because)
    {
        using var nodes = new TwoNodes();
        (await SendAsync(nodes.First, nodes.Second, TwoNodes.Inner[1], sent)).Should().Be(arrives, because);
        (await SendAsync(nodes.Second, nodes.First, TwoNodes.Inner[0], sent)).Should().Be(arrives, because);
    }

    [Fact]
    public async Task What_a_device_without_the_extension_sends_arrives_unmarked()
    {
        using var nodes = new TwoNodes(groupBasedPolicyAtFirst: false);
        (await SendAsync(nodes.First, nodes.Second, TwoNodes.Inner[1], 0x1234)).Should().Be(0);
    }

    /// <summary>Sends one packet with this mark.</summary>
    /// <returns>The mark it arrived with.</returns>
    private static async Task<uint> SendAsync(TemporaryNamespace from, TemporaryNamespace to, IPAddress address, uint mark)
    {
        Command.Load(to, KeepMarks);
        using var receiver = Udp(to);
        receiver.Bind(new IPEndPoint(address, 9000));
        using var sender = Udp(from);
        sender.SetRawSocketOption(SocketLevel, SocketMark, BitConverter.GetBytes(mark));
        await sender.SendToAsync("tagged"u8.ToArray(), new IPEndPoint(address, 9000), TestContext.Current.CancellationToken);

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(5));
        var buffer = new byte[16];
        (await receiver.ReceiveAsync(buffer, SocketFlags.None, limit.Token)).Should().Be(6);

        using var conntrack = ConntrackSocket.Open(to.Namespace);
        return conntrack.Connections().Single(c => c.Original.DestinationPort == 9000).Mark;
    }

    private static Socket Udp(TemporaryNamespace inside) =>
        inside.Namespace.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
}
