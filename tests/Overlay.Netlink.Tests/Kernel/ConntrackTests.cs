using System.Net;
using System.Net.Sockets;
using Overlay.Netlink.Conntrack;

namespace Overlay.Netlink.Tests.Kernel;

public sealed class ConntrackTests : IDisposable
{
    private readonly TemporaryNamespace node = new();
    private readonly ConntrackSocket conntrack;

    public ConntrackTests()
    {
        conntrack = ConntrackSocket.Open(node.Namespace);
        Command.Load(node, """
            table inet marks {
              chain output { type filter hook output priority mangle;
                udp dport 1001 ct mark set 0x00120100
                udp dport 1002 ct mark set 0x00130100
                tcp dport 1003 ct mark set 0x00120100
              }
            }
            """);
    }

    [Fact]
    public void Connections_are_found_by_mark_and_forgotten()
    {
        using var from4 = UdpFrom(IPAddress.Loopback);
        using var from6 = UdpFrom(IPAddress.IPv6Loopback);
        from4.SendTo([1], new IPEndPoint(IPAddress.Loopback, 1001));
        from4.SendTo([1], new IPEndPoint(IPAddress.Loopback, 1002));
        from6.SendTo([1], new IPEndPoint(IPAddress.IPv6Loopback, 1001));

        conntrack.Connections().Should().HaveCountGreaterThanOrEqualTo(3);
        var found = conntrack.Connections(0x0012_0000, 0xffff_0000);
        found.Should().HaveCount(2);
        found.Should().OnlyContain(c => c.Mark == 0x0012_0100 && c.Zone == 0 && c.Id != 0 && c.Timeout > TimeSpan.Zero);

        var port = (ushort)((IPEndPoint)from4.LocalEndPoint!).Port;
        var over4 = conntrack.Connections(0x0012_0000, 0xffff_0000, AddressFamily.InterNetwork).Should().ContainSingle().Which;
        over4.Original.Should().Be(new ConnectionTuple(IPAddress.Loopback, IPAddress.Loopback, 17) { SourcePort = port, DestinationPort = 1001 });
        over4.Reply.Should().Be(new ConnectionTuple(IPAddress.Loopback, IPAddress.Loopback, 17) { SourcePort = 1001, DestinationPort = port });

        conntrack.Delete(found);
        conntrack.Connections(0x0012_0000, 0xffff_0000).Should().BeEmpty();
        conntrack.Connections(0x0013_0000, 0xffff_0000).Should().ContainSingle();
        conntrack.Delete(found);
    }

    [Fact]
    public void A_removal_does_not_hit_a_later_connection_of_the_same_tuple()
    {
        using var from = UdpFrom(IPAddress.Loopback);
        from.SendTo([1], new IPEndPoint(IPAddress.Loopback, 1001));
        var before = conntrack.Connections(0x0012_0000, 0xffff_0000).Single();
        conntrack.Delete([before with { Id = before.Id ^ 1 }]);
        conntrack.Connections(0x0012_0000, 0xffff_0000).Should().ContainSingle();
    }

    [Fact]
    public void An_echo_is_found_by_its_icmp_fields()
    {
        using var ping = node.Namespace.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Icmp));
        ping.SendTo([8, 0, 0xf7, 0xfd, 0, 1, 0, 1], new IPEndPoint(IPAddress.Loopback, 0));
        var echo = conntrack.Connections().Single(c => c.Original.Protocol == 1);
        echo.Original.Should().BeEquivalentTo(new { IcmpType = 8, IcmpCode = 0, IcmpId = 1 });
        echo.Reply.IcmpType.Should().Be(0);
        echo.Status.Should().HaveFlag(ConnectionStatus.SeenReply);
        conntrack.Delete([echo]);
        conntrack.Connections().Should().NotContain(c => c.Original.Protocol == 1);
    }

    public void Dispose()
    {
        conntrack.Dispose();
        node.Dispose();
    }

    private Socket UdpFrom(IPAddress address) => node.Namespace.Run(() =>
    {
        var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(address, 0));
        return socket;
    });
}
