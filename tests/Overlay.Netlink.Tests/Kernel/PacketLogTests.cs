using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Overlay.Netlink.PacketLog;

namespace Overlay.Netlink.Tests.Kernel;

public sealed class PacketLogTests : IDisposable
{
    private const ushort Group = 4789;

    private readonly TemporaryNamespace node = new();
    private readonly CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    public PacketLogTests()
    {
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        Command.Load(node, """
            table inet logs {
              chain output { type filter hook output priority 0;
                meta mark set 0x002a0800
                udp dport 1001 ct mark set 0x00210900 log group 4789 snaplen 128 prefix "overlay in denied"
                udp dport 1002 log group 4790
              }
            }
            """);
    }

    [Fact]
    public async Task A_logged_packet_arrives_with_all_that_is_known_of_it()
    {
        using var log = PacketLogSocket.Open(Group, new PacketLogSettings { CopyBytes = 40 }, node.Namespace);
        using var from = Udp();
        from.SendTo(new byte[200], new IPEndPoint(IPAddress.Loopback, 1002));
        from.SendTo(new byte[200], new IPEndPoint(IPAddress.Loopback, 1001));

        var packet = await FirstAsync(log);

        packet.Prefix.Should().Be("overlay in denied");
        packet.Mark.Should().Be(0x002a0800);
        (packet.In, packet.Out).Should().Be((null, LinkIndex.Loopback));
        packet.Payload.Length.Should().Be(40, "that much was asked for");
        BinaryPrimitives.ReadUInt16BigEndian(packet.Payload.Span[22..]).Should().Be(1001, "20 bytes of IP, then UDP: source, destination");
        if (packet.Connection is { } connection)
        {
            // Not every kernel tells.
            (connection.Mark, connection.Original.DestinationPort).Should().Be((0x00210900u, (ushort)1001));
        }

        log.Lost.Should().Be(0);
    }

    [Fact]
    public async Task What_comes_faster_than_it_is_read_is_counted_as_lost()
    {
        const int sent = 3000;
        using var log = PacketLogSocket.Open(Group, new PacketLogSettings { Threshold = 1, BufferBytes = 8192 }, node.Namespace);
        using var from = Udp();
        for (var i = 0; i < sent; i++)
        {
            from.SendTo(new byte[20], new IPEndPoint(IPAddress.Loopback, 1001));
        }

        // What tells the end is sent again and again, since it may be lost like any other.
        using var marks = new Timer(_ => from.SendTo(new byte[33], new IPEndPoint(IPAddress.Loopback, 1001)), null, TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(20));
        var read = 0;
        await foreach (var packet in log.ReadAsync(limit.Token))
        {
            read++;
            if (packet.Payload.Length == 28 + 33)
            {
                break;
            }
        }

        log.Lost.Should().BePositive();
        (read + log.Lost).Should().BeGreaterThan(sent);
    }

    [Fact]
    public void A_group_has_one_listener()
    {
        using var first = PacketLogSocket.Open(Group, new PacketLogSettings(), node.Namespace);

        var second = () => PacketLogSocket.Open(Group, new PacketLogSettings(), node.Namespace);

        second.Should().Throw<NetlinkException>().Which.Errno.Should().Be(Errno.EPERM);
    }

    public void Dispose()
    {
        limit.Dispose();
        node.Dispose();
    }

    private async Task<LoggedPacket> FirstAsync(PacketLogSocket log)
    {
        await foreach (var packet in log.ReadAsync(limit.Token))
        {
            return packet;
        }

        throw new InvalidOperationException("The log ended.");
    }

    private Socket Udp() => node.Namespace.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
}
