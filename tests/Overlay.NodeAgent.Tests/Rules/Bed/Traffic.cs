using System.Net;
using System.Net.Sockets;
using Overlay.Netlink;

namespace Overlay.NodeAgent.Tests.Rules.Bed;

/// <summary>Real sockets in real namespaces. A packet between namespaces of one machine takes microseconds: what has not come after <see cref="Never"/> does not come, if the machine has had time for it (<see cref="Patience"/>).</summary>
internal static class Traffic
{
    public static readonly TimeSpan Never = TimeSpan.FromMilliseconds(250);
    private const int LocalTable = 255;    // RT_TABLE_LOCAL
    private const int SolSocket = 1;
    private const int SoReuseAddr = 2;
    public static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    public static Socket Udp(this NetworkNamespace inside, IPAddress address, int port = 0) =>
        inside.Run(() =>
        {
            var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.BindPatiently(address, port);
            return socket;
        });

    public static Socket Udp(this BedPod pod, int port = 0, bool ipv6 = false) => pod.Inside.Udp(pod.Address(ipv6), port);

    public static Socket Listen(this NetworkNamespace inside, IPAddress address, int port) =>
        inside.Run(() =>
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.ReuseAddress();
            socket.BindPatiently(address, port);
            socket.Listen(16);
            return socket;
        });

    public static Socket Tcp(this NetworkNamespace inside, IPAddress address, int port = 0) =>
        inside.Run(() =>
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.ReuseAddress();
            socket.BindPatiently(address, port);
            return socket;
        });

    /// <summary>A port can be bound though connections of before linger. ReuseAddress of .NET is SO_REUSEPORT, too: a connection could end in the queue of a listener that is closing.</summary>
    private static void ReuseAddress(this Socket socket) => socket.SetRawSocketOption(SolSocket, SoReuseAddr, BitConverter.GetBytes(1));

    private static void BindPatiently(this Socket socket, IPAddress address, int port)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                socket.Bind(new IPEndPoint(address, port));
                return;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse && TimeProvider.System.GetElapsedTime(began) < Soon)
            {
                // A socket whose receive or accept was cancelled is closed by the thread that ends it: a moment after its Dispose.
                Thread.Yield();
            }
        }
    }

    /// <summary>
    /// Waits until the kernel takes packets to an IPv6 address for its own: it makes an added address local in a work item of its own
    /// (addrconf_dad_work, whether or not duplicates are looked for), on a busy machine some time later, and forwards them until then.
    /// </summary>
    public static async Task UntilLocalAsync(this NetworkNamespace inside, params IReadOnlyCollection<IPAddress> addresses)
    {
        using var routes = RouteSocket.Open(inside);
        var began = TimeProvider.System.GetTimestamp();
        while (addresses.Except(routes.Routes(AddressFamily.InterNetworkV6, LocalTable).Where(r => r.Type == RouteType.Local).Select(r => r.Destination.BaseAddress)).Any())
        {
            if (TimeProvider.System.GetElapsedTime(began) > Soon)
                throw new TimeoutException($"{string.Join(", ", addresses)} is not local within {Soon}");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Whether a datagram that one pod sends to another's port arrives, and the answer to it comes back.</summary>
    public static async Task<bool> UdpEchoesAsync(this BedPod from, BedPod to, int port = 5000, bool ipv6 = false)
    {
        using var server = to.Udp(port, ipv6);
        using var client = from.Udp(0, ipv6);
        return await EchoesAsync(client, server, new IPEndPoint(to.Address(ipv6), port));
    }

    public static async Task<bool> EchoesAsync(Socket client, Socket server, IPEndPoint destination)
    {
        var question = Guid.NewGuid().ToByteArray();
        await client.SendToAsync(question, destination);
        if (await server.ReceiveAsync(Never, question) is not { } sender)
        {
            return false;
        }

        await server.SendToAsync(question, sender);
        return await client.ReceiveAsync(Never, question) is not null;
    }

    /// <summary>The sender of the next datagram with this content; null when none comes in time.</summary>
    public static async Task<EndPoint?> ReceiveAsync(this Socket socket, TimeSpan limit, byte[]? content = null)
    {
        using var limited = Patience.Of(limit);
        var buffer = new byte[65536];
        var any = new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        try
        {
            while (true)
            {
                var received = await socket.ReceiveFromAsync(buffer, SocketFlags.None, any, limited.Token);
                if (content is null || buffer.AsSpan(0, received.ReceivedBytes).SequenceEqual(content))
                {
                    return received.RemoteEndPoint;
                }
            }
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (SocketException)
        {
            // An ICMP error about an earlier datagram: nothing was delivered.
            return null;
        }
    }

    public static async Task<bool> TcpEchoesAsync(this BedPod from, BedPod to, int port = 8080, bool ipv6 = false)
    {
        using var server = to.Inside.Listen(to.Address(ipv6), port);
        using var client = from.Inside.Tcp(from.Address(ipv6));
        if (!await ConnectsAsync(client, new IPEndPoint(to.Address(ipv6), port)))
        {
            return false;
        }

        using var limited = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limited.CancelAfter(Soon);
        try
        {
            // The client is connected before the server is: what answers the server may still be dropped.
            using var accepted = await server.AcceptAsync(limited.Token);
            return await TalksAsync(client, accepted) && await TalksAsync(accepted, client);
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    public static async Task<bool> ConnectsAsync(this Socket client, EndPoint destination) => await client.TryConnectAsync(destination) is null;

    /// <summary>Null when it connects; the error or TimedOut when not.</summary>
    public static async Task<SocketError?> TryConnectAsync(this Socket client, EndPoint destination)
    {
        using var limited = Patience.Of(Never + Never);
        try
        {
            await client.ConnectAsync(destination, limited.Token);
            return null;
        }
        catch (OperationCanceledException)
        {
            return SocketError.TimedOut;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
    }

    /// <summary>Whether what one end says reaches the other end of an established connection.</summary>
    public static async Task<bool> TalksAsync(Socket speaker, Socket hearer)
    {
        using var limited = Patience.Of(Never + Never);
        try
        {
            await speaker.SendAsync(new byte[] { 1, 2, 3, 4 }, limited.Token);
            return await hearer.ReceiveAsync(new byte[64], limited.Token) > 0;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
