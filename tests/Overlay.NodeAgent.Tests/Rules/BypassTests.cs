using System.Net;
using System.Net.Sockets;
using Overlay.NodeAgent.Tests.Rules.Bed;
using Overlay.Policy;

namespace Overlay.NodeAgent.Tests.Rules;

/// <summary>
/// Connection tracking believes whoever sends first, and anything after it is a "reply". Each way to make use of that was tried on paper first;
/// here each is tried for real.
/// </summary>
public abstract class BypassTests(BedBackend backend) : RuleTests(backend)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("a", "c", false)]
    [InlineData("a", "c", true)]
    [InlineData("a", "b", false)]
    public async Task Two_pods_denied_to_each_other_do_not_talk_by_sending_datagrams_at_once(string one, string other, bool ipv6)
    {
        using var bed = await CreateAsync(b =>
        {
            b.Pod(one).Isolate();
            b.Pod(other).Isolate();
        });
        var (first, second) = (bed.Pod(one), bed.Pod(other));
        using var left = first.Udp(7000, ipv6);
        using var right = second.Udp(7000, ipv6);

        for (var i = 0; i < 50; i++)
        {
            await left.SendToAsync(new byte[] { 1 }, new IPEndPoint(second.Address(ipv6), 7000));
            await right.SendToAsync(new byte[] { 2 }, new IPEndPoint(first.Address(ipv6), 7000));
        }

        (await left.ReceiveAsync(Traffic.Never)).Should().BeNull();
        (await right.ReceiveAsync(Traffic.Never)).Should().BeNull();
    }

    [Theory]
    [InlineData("a", "c")]
    [InlineData("a", "b")]
    public async Task Nor_by_opening_a_connection_to_each_other_at_once(string one, string other)
    {
        using var bed = await CreateAsync(b =>
        {
            b.Pod(one).Isolate();
            b.Pod(other).Isolate();
        });
        var (first, second) = (bed.Pod(one), bed.Pod(other));

        for (var port = 7000; port < 7005; port++)
        {
            using var left = first.Inside.Tcp(first.Address4, port);
            using var right = second.Inside.Tcp(second.Address4, port);
            var opened = await Task.WhenAll(
                left.ConnectsAsync(new IPEndPoint(second.Address4, port)),
                right.ConnectsAsync(new IPEndPoint(first.Address4, port)));

            opened.Should().Equal(false, false);
        }
    }

    [Theory]
    [InlineData("a", "c", false)]
    [InlineData("a", "c", true)]
    [InlineData("a", "b", false)]
    public async Task An_isolated_server_that_sends_first_opens_no_way_in(string one, string other, bool ipv6)
    {
        using var bed = await CreateAsync(b =>
        {
            b.Pod(one).Isolate();
            b.Pod(other).Isolate();
        });
        var (client, server) = (bed.Pod(one), bed.Pod(other));
        using var asking = client.Udp(7000, ipv6);
        using var serving = server.Udp(5000, ipv6);

        await serving.SendToAsync(new byte[] { 1 }, new IPEndPoint(client.Address(ipv6), 7000));
        await asking.SendToAsync(new byte[] { 2 }, new IPEndPoint(server.Address(ipv6), 5000));

        (await serving.ReceiveAsync(Traffic.Never)).Should().BeNull("the client is not granted; its packet is no reply to the server's dropped one");
        (await asking.ReceiveAsync(Traffic.Never)).Should().BeNull("the client is isolated, too");
    }

    [Theory]
    [InlineData("a", "c", false)]
    [InlineData("a", "c", true)]
    [InlineData("a", "b", false)]
    public async Task And_does_not_stand_in_the_way_of_a_client_that_is_allowed(string one, string other, bool ipv6)
    {
        using var bed = await CreateAsync(b =>
        {
            b.Pod(one).Isolate();
            b.Pod(other).Accept(b.Pod(one), IpProtocol.UDP, PortRange.Of(5000));
        });
        var (client, server) = (bed.Pod(one), bed.Pod(other));
        using var asking = client.Udp(7000, ipv6);
        using var serving = server.Udp(5000, ipv6);

        // Dropped at the client's node; but the server's node now has a connection whose original direction is the server's.
        await serving.SendToAsync(new byte[] { 1 }, new IPEndPoint(client.Address(ipv6), 7000));
        (await asking.ReceiveAsync(Traffic.Never)).Should().BeNull();

        (await Traffic.EchoesAsync(asking, serving, new IPEndPoint(server.Address(ipv6), 5000))).Should().BeTrue();
        (await Traffic.EchoesAsync(asking, serving, new IPEndPoint(server.Address(ipv6), 5000))).Should().BeTrue();
    }

    [Theory]
    [InlineData("a", "c", true)]
    [InlineData("a", "c", false)]
    [InlineData("a", "b", true)]
    [InlineData("a", "b", false)]
    public async Task A_server_that_pushes_datagrams_falls_silent_when_the_grant_goes(string one, string other, bool clientIsOpen)
    {
        using var bed = await CreateAsync(b =>
        {
            b.Pod(one).IngressIsolated = !clientIsOpen;
            b.Pod(other).Accept(b.Pod(one), IpProtocol.UDP, PortRange.Of(5000));
        });
        var (client, server) = (bed.Pod(one), bed.Pod(other));
        using var asking = client.Udp(7000);
        using var serving = server.Udp(5000);
        (await Traffic.EchoesAsync(asking, serving, new IPEndPoint(server.Address4, 5000))).Should().BeTrue();
        var pushed = new byte[] { 7, 7 };
        await serving.SendToAsync(pushed, new IPEndPoint(client.Address4, 7000));
        (await asking.ReceiveAsync(Traffic.Soon, pushed)).Should().NotBeNull("while it is granted the server may push");

        server.Isolate();
        await server.Node.ApplyAsync();
        for (var i = 0; i < 50; i++)
        {
            await serving.SendToAsync(pushed, new IPEndPoint(client.Address4, 7000));
        }

        (await asking.ReceiveAsync(Traffic.Never, pushed)).Should().BeNull();
        (await Traffic.EchoesAsync(asking, serving, new IPEndPoint(server.Address4, 5000))).Should().BeFalse();
    }

    [Theory]
    [InlineData("a", "c", false)]
    [InlineData("a", "c", true)]
    [InlineData("a", "b", false)]
    public async Task A_download_stops_when_the_grant_goes(string one, string other, bool ipv6)
    {
        using var bed = await CreateAsync(b => b.Pod(other).Accept(b.Pod(one), IpProtocol.TCP, PortRange.Of(8080)));
        var (client, server) = (bed.Pod(one), bed.Pod(other));
        using var listener = server.Inside.Listen(server.Address(ipv6), 8080);
        using var download = client.Inside.Tcp(client.Address(ipv6));
        (await download.ConnectsAsync(new IPEndPoint(server.Address(ipv6), 8080))).Should().BeTrue();
        using var upload = await listener.AcceptAsync(Stop).AsTask().WaitAsync(Traffic.Soon, Stop);
        var sending = SendEndlesslyAsync(upload);
        await ReadAtLeastAsync(download, 1_000_000);

        server.Isolate();
        await server.Node.ApplyAsync();

        // What is on its way and in the socket's buffer still comes; then nothing.
        (await ReadUntilSilentAsync(download)).Should().BeLessThan(20_000_000);
        (await ReadUntilSilentAsync(download)).Should().Be(0);
        upload.Close();
        await sending;
    }

    [Theory]
    [InlineData("a", "c")]
    [InlineData("a", "b")]
    public async Task A_client_whose_egress_is_isolated_later_gets_no_more_pushes(string one, string other)
    {
        using var bed = await CreateAsync(b => b.Pod(other).Accept(b.Pod(one)));
        var (client, server) = (bed.Pod(one), bed.Pod(other));
        using var asking = client.Udp(7000);
        using var serving = server.Udp(5000);
        (await Traffic.EchoesAsync(asking, serving, new IPEndPoint(server.Address4, 5000))).Should().BeTrue();

        client.EgressIsolated = true;
        await bed.ApplyAsync();
        (await Traffic.EchoesAsync(asking, serving, new IPEndPoint(server.Address4, 5000))).Should().BeFalse("the flag travels with the packet");
        await serving.SendToAsync(new byte[] { 9 }, new IPEndPoint(client.Address4, 7000));

        (await asking.ReceiveAsync(Traffic.Never)).Should().BeNull("the client's denied packet told the server's node that it is isolated now");
    }

    private static async Task SendEndlesslyAsync(Socket socket)
    {
        try
        {
            while (true)
            {
                await socket.SendAsync(new byte[65536], Stop);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The test is over.
        }
    }

    private static async Task ReadAtLeastAsync(Socket socket, int bytes)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limited.CancelAfter(Traffic.Soon);
        var buffer = new byte[65536];
        for (var read = 0; read < bytes;)
        {
            read += await socket.ReceiveAsync(buffer, limited.Token);
        }
    }

    private static async Task<long> ReadUntilSilentAsync(Socket socket)
    {
        var buffer = new byte[65536];
        for (var read = 0L; ;)
        {
            using var limited = Patience.Of(Traffic.Never);
            try
            {
                read += await socket.ReceiveAsync(buffer, limited.Token);
            }
            catch (OperationCanceledException)
            {
                return read;
            }
        }
    }
}
