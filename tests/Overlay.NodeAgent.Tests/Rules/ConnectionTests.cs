using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Overlay.Netlink.Conntrack;
using Overlay.NodeAgent.Rules.Connections;
using Overlay.NodeAgent.Tests.Rules.Bed;
using Overlay.Policy;

namespace Overlay.NodeAgent.Tests.Rules;

/// <summary>Conntrack forgets what can not go on, and what an address' next owner must not inherit.</summary>
public abstract class ConnectionTests(BedBackend backend) : RuleTests(backend)
{
    [Fact]
    public async Task A_connection_denied_both_ways_is_forgotten_and_does_not_come_back()
    {
        using var bed = await CreateAsync(b =>
        {
            b.A.Isolate();
            b.B.Accept(b.A);
        });
        using var conntrack = ConntrackSocket.Open(bed.Node1.Inside);
        var table = new ConnectionTable(conntrack, NullLogger.Instance);
        using var client = bed.A.Udp(7000);
        using var server = bed.B.Udp(5000);
        (await Traffic.EchoesAsync(client, server, new IPEndPoint(bed.B.Address4, 5000))).Should().BeTrue();
        table.Forget(bed.Node1.Inputs).Should().Be(0, "it is allowed");

        bed.B.Isolate();
        await bed.ApplyAsync();
        table.Forget(bed.Node1.Inputs).Should().Be(1);

        conntrack.Connections().Should().NotContain(connection => connection.Original.Destination.Equals(bed.B.Address4));
        await server.SendToAsync(new byte[] { 1 }, new IPEndPoint(bed.A.Address4, 7000));
        (await client.ReceiveAsync(Traffic.Never)).Should().BeNull();
        (await Traffic.EchoesAsync(client, server, new IPEndPoint(bed.B.Address4, 5000))).Should().BeFalse();
    }

    [Fact]
    public async Task One_whose_server_could_go_on_by_itself_is_kept_so_that_it_stays_stopped()
    {
        using var bed = await CreateAsync(b => b.B.Accept(b.A));
        using var conntrack = ConntrackSocket.Open(bed.Node1.Inside);
        using var client = bed.A.Udp(7000);
        using var server = bed.B.Udp(5000);
        (await Traffic.EchoesAsync(client, server, new IPEndPoint(bed.B.Address4, 5000))).Should().BeTrue();
        bed.B.Isolate();
        await bed.ApplyAsync();

        new ConnectionTable(conntrack, NullLogger.Instance).Forget(bed.Node1.Inputs).Should().Be(0);
        await server.SendToAsync(new byte[] { 1 }, new IPEndPoint(bed.A.Address4, 7000));
        (await client.ReceiveAsync(Traffic.Never)).Should().BeNull();

        // Why it is kept: forgotten, it is the server's own connection to an open client.
        conntrack.Delete(conntrack.Connections());
        await server.SendToAsync(new byte[] { 1 }, new IPEndPoint(bed.A.Address4, 7000));
        (await client.ReceiveAsync(Traffic.Soon)).Should().NotBeNull();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_next_owner_of_an_address_hears_nothing_of_the_last(bool ipv6)
    {
        // Fault 20: C pushes to A's address; A goes, its address is given to another pod at once (here: the same namespace, isolated now).
        using var bed = await CreateAsync();
        using var conntrack = ConntrackSocket.Open(bed.Node1.Inside);
        using var server = bed.C.Udp(5000, ipv6);
        using (var client = bed.A.Udp(7000, ipv6))
        {
            (await Traffic.EchoesAsync(client, server, new IPEndPoint(bed.C.Address(ipv6), 5000))).Should().BeTrue();
        }

        bed.A.Isolate();
        await bed.ApplyAsync();
        conntrack.Delete(conntrack.Connections().Where(connection => connection.Original.Source.Equals(bed.A.Address(ipv6))));
        using var next = bed.A.Udp(7000, ipv6);
        await server.SendToAsync(new byte[] { 1 }, new IPEndPoint(bed.A.Address(ipv6), 7000));

        (await next.ReceiveAsync(Traffic.Never)).Should().BeNull();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_ping_that_is_allowed_by_its_type_is_not_forgotten(bool ipv6)
    {
        var (protocol, echo) = ipv6 ? (IpProtocol.ICMPv6, (byte)128) : (IpProtocol.ICMP, (byte)8);
        using var bed = await TestBed.CreateAsync(b =>
        {
            b.A.Isolate();
            b.B.Accept(b.A, protocol, PortRange.Of(IpProtocols.IcmpKey(echo, 0)));
        });
        using var conntrack = ConntrackSocket.Open(bed.Node1.Inside);
        var table = new ConnectionTable(conntrack, NullLogger.Instance);
        (await bed.A.PingsAsync(bed.B, ipv6)).Should().BeTrue();

        table.Forget(bed.Node1.Inputs).Should().Be(0, "it is allowed");
        bed.B.Isolate();
        await bed.ApplyAsync();
        table.Forget(bed.Node1.Inputs).Should().Be(1);
    }
}
