using System.Net;
using Overlay.Api.Flows;
using Overlay.Api.Network;
using Overlay.Api.Wire;
using Overlay.Netlink.PacketLog;
using Overlay.NodeAgent.Flows;
using Overlay.NodeAgent.Rules;
using Overlay.NodeAgent.Tests.Rules.Bed;
using Overlay.Policy;

namespace Overlay.NodeAgent.Tests.Rules;

/// <summary>Which packets the rules tell to the agent, and how many.</summary>
public abstract class TellingTests(BedBackend backend) : RuleTests(backend)
{
    private static readonly RuleLogging Denials = RuleLogging.Off with { Denied = LoggedConnections.All, DeniedPerSecond = 1 };
    private static readonly RuleLogging Everything = new(LoggedConnections.All, LoggedConnections.All, 1, 100);

    [Theory]
    [InlineData("a", false)]
    [InlineData("a", true)]
    [InlineData("d", false)]
    [InlineData("d", true)]
    public async Task A_denied_packet_is_told_with_its_senders_tag(string from, bool ipv6)
    {
        using var bed = await BedAsync(Denials, b => b.C.Isolate());
        using var log = Listen(bed.Node2);

        (await bed.Pod(from).UdpEchoesAsync(bed.C, 5000, ipv6)).Should().BeFalse();

        var told = (await NextAsync(log)).Should().ContainSingle().Which;
        Is(told, FlowVerdict.Denied, ToldPlace.Arriving);
        TagOf(told).Should().Be(bed.Pod(from).Tag);
        var header = PacketHeader.Read(told.Payload.Span)!;
        (header.Source, header.Destination, header.Protocol, header.DestinationPort).Should().Be((bed.Pod(from).Address(ipv6), bed.C.Address(ipv6), IpProtocol.UDP, (ushort)5000));
    }

    [Fact]
    public async Task A_packet_that_may_not_leave_the_overlay_is_told()
    {
        using var bed = await BedAsync(Denials, b => b.A.EgressIsolated = true);
        using var log = Listen(bed.Node1);
        using var client = bed.A.Udp();

        await client.SendToAsync(new byte[4], new IPEndPoint(IPAddress.Parse("192.0.2.9"), 53));

        var told = (await NextAsync(log)).Should().ContainSingle().Which;
        Is(told, FlowVerdict.Denied, ToldPlace.Leaving);
        PacketHeader.Read(told.Payload.Span)!.DestinationPort.Should().Be(53);
    }

    [Fact]
    public async Task An_answer_to_a_client_that_may_no_longer_ask_is_told_with_the_clients_tag()
    {
        using var bed = await BedAsync(Denials, b => b.C.Accept(b.A));
        using var log = Listen(bed.Node2);
        using var server = bed.C.Udp(5000);
        using var client = bed.A.Udp();
        (await Traffic.EchoesAsync(client, server, new IPEndPoint(bed.C.Address4, 5000))).Should().BeTrue();

        bed.C.Isolate();
        await bed.ApplyAsync();
        await server.SendToAsync(new byte[4], client.LocalEndPoint!);

        var told = (await NextAsync(log)).Should().ContainSingle().Which;
        Is(told, FlowVerdict.Denied, ToldPlace.Answer);
        TagOf(told).Should().Be(bed.A.Tag);
    }

    [Fact]
    public async Task A_false_source_is_told_of_the_veth_that_it_came_from()
    {
        using var bed = await BedAsync(Denials, _ => { });
        using var log = Listen(bed.Node1);
        using var hostile = PacketSocket.Open(bed.A.Inside, "eth0");

        hostile.Send(Frame.Udp(bed.A.Mac, bed.A.HostMac, new IPEndPoint(bed.B.Address4, 5000), new IPEndPoint(bed.C.Address4, 5000), "spoofed"u8));

        var told = (await NextAsync(log)).Should().ContainSingle().Which;
        Is(told, FlowVerdict.Denied, ToldPlace.Spoofed);
        told.In.Should().Be(bed.Node1.Routes.GetLink(bed.A.Veth)!.Index);
    }

    [Fact]
    public async Task An_allowed_connection_is_told_once()
    {
        using var bed = await BedAsync(Everything, b => b.C.Accept(b.A));
        using var log = Listen(bed.Node2);
        using var server = bed.C.Inside.Listen(bed.C.Address4, 8080);
        using var client = bed.A.Inside.Tcp(bed.A.Address4);
        (await client.ConnectsAsync(new IPEndPoint(bed.C.Address4, 8080))).Should().BeTrue();
        using var accepted = await server.AcceptAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Traffic.Soon, TestContext.Current.CancellationToken);
        for (var i = 0; i < 20; i++)
        {
            (await Traffic.TalksAsync(client, accepted) && await Traffic.TalksAsync(accepted, client)).Should().BeTrue();
        }

        var told = (await NextAsync(log)).Should().ContainSingle().Which;
        Is(told, FlowVerdict.Allowed, ToldPlace.Arriving);
        TagOf(told).Should().Be(bed.A.Tag);
    }

    [Fact]
    public async Task Of_allowed_connections_those_are_told_that_somebody_watches()
    {
        using var bed = await BedAsync(RuleLogging.Off with { Allowed = LoggedConnections.Asked, AllowedPerSecond = 100 }, _ => { });
        using var log = Listen(bed.Node2);
        bed.Node2.Watched = new WatchedConnections([bed.C.Workload], [bed.D.Workload], [bed.B.Tag]);
        await bed.ApplyAsync();

        (await bed.A.UdpEchoesAsync(bed.C, 5001)).Should().BeTrue();
        (await bed.B.UdpEchoesAsync(bed.C, 5005)).Should().BeTrue("watched for two reasons, told once");
        (await bed.A.UdpEchoesAsync(bed.D, 5002)).Should().BeTrue("nobody watches this one");
        (await bed.B.UdpEchoesAsync(bed.D, 5003)).Should().BeTrue();
        using var leaving = bed.D.Udp();
        await leaving.SendToAsync(new byte[4], new IPEndPoint(IPAddress.Parse("192.0.2.9"), 5004));

        var told = await NextAsync(log);
        told.Select(packet => PacketHeader.Read(packet.Payload.Span)!.DestinationPort).Should().BeEquivalentTo([(ushort)5001, (ushort)5003, (ushort)5004, (ushort)5005]);
        told.Select(packet => ToldPacket.Of(packet.Prefix)!.Value.Place).Should().BeEquivalentTo([ToldPlace.Arriving, ToldPlace.Arriving, ToldPlace.Arriving, ToldPlace.Leaving]);
    }

    [Fact]
    public async Task A_flood_is_told_by_its_rate_and_silences_nobody_else()
    {
        using var bed = await BedAsync(Denials, b => b.C.Isolate());
        using var log = Listen(bed.Node2);
        using var flood = bed.A.Udp();
        var began = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 5000; i++)
        {
            await flood.SendToAsync(new byte[8], new IPEndPoint(bed.C.Address4, 5000 + (i % 100)));
        }

        (await bed.D.UdpEchoesAsync(bed.C, 6000)).Should().BeFalse();
        var told = await NextAsync(log);
        var seconds = TimeProvider.System.GetElapsedTime(began).TotalSeconds;

        told.Count(packet => TagOf(packet) == bed.A.Tag).Should().BeInRange(1, 6 + (int)Math.Ceiling(seconds));
        told.Count(packet => TagOf(packet) == bed.D.Tag).Should().Be(1);
    }

    [Fact]
    public async Task It_is_switched_while_all_runs()
    {
        using var bed = await BedAsync(RuleLogging.Off, b => b.C.Isolate());
        using var log = Listen(bed.Node2);
        (await bed.A.UdpEchoesAsync(bed.C)).Should().BeFalse();
        (await NextAsync(log)).Should().BeEmpty();

        foreach (var (logging, count) in new[] { (Denials, 1), (RuleLogging.Off, 0) })
        {
            bed.Node2.Settings = bed.Node2.Settings with { Logging = logging };
            await bed.ApplyAsync();
            await bed.Node2.RestartAsync();
            (await bed.Node2.ApplyAsync()).IsEmpty.Should().BeTrue("what the kernel dumps is what was loaded, however much was told");

            (await bed.A.UdpEchoesAsync(bed.C)).Should().BeFalse();
            (await NextAsync(log)).Should().HaveCount(count);
            (await bed.Node2.Rules.RepairAsync(TestContext.Current.CancellationToken)).IsEmpty.Should().BeTrue();
        }

        (await bed.A.UdpEchoesAsync(bed.D)).Should().BeTrue();
    }

    private static Tag TagOf(LoggedPacket packet) => ToldPacket.Of(packet.Prefix)!.Value.TagOf(packet.Mark);

    private void Is(LoggedPacket packet, FlowVerdict verdict, ToldPlace place) =>
        ToldPacket.Of(packet.Prefix).Should().Be(new ToldPacket(verdict, place, IsNarrow: Backend != BedBackend.Nftables));

    private Task<TestBed> BedAsync(RuleLogging logging, Action<TestBed> before) =>
        CreateAsync(bed =>
        {
            foreach (var node in new[] { bed.Node1, bed.Node2 })
            {
                node.Settings = node.Settings with { Logging = logging };
            }

            before(bed);
        });

    private static PacketLogSocket Listen(BedNode node) => PacketLogSocket.Open(LogPrefix.Group, new PacketLogSettings { Delay = TimeSpan.FromMilliseconds(10) }, node.Inside);

    /// <summary>All that is told until nothing more comes.</summary>
    private static async Task<List<LoggedPacket>> NextAsync(PacketLogSocket log)
    {
        var told = new List<LoggedPacket>();
        using var limited = Patience.Of(Traffic.Never);
        try
        {
            await foreach (var packet in log.ReadAsync(limited.Token))
            {
                told.Add(packet);
                limited.Renew();
            }
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            // Nothing more comes.
        }

        return told;
    }
}
