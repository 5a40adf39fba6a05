using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Overlay.Netlink;

namespace Overlay.Bench.Traffic;

/// <summary>The asking side, inside a namespace: one thread, blocking sockets, for a bounded time.</summary>
internal static class TrafficClient
{
    /// <summary>Throughput of one TCP connection in Gbit/s.</summary>
    public static double Throughput(NetworkNamespace inside, IPEndPoint server, TimeSpan time) => inside.Run(() =>
    {
        using var socket = Connect(server, TrafficServer.Swallow);
        var buffer = new byte[256 * 1024];
        var sent = 0L;
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < time)
        {
            sent += socket.Send(buffer);
        }

        return sent * 8 / clock.Elapsed.TotalSeconds / 1e9;
    });

    /// <summary>Requests a second, one byte each way, on one connection.</summary>
    public static double Requests(NetworkNamespace inside, IPEndPoint server, TimeSpan time) => inside.Run(() =>
    {
        using var socket = Connect(server, TrafficServer.Echo);
        var message = new byte[1];
        return PerSecond(time, () =>
        {
            socket.Send(message);
            socket.Receive(message);
        });
    });

    /// <summary>Connections a second: connect, one byte each way, close.</summary>
    public static double Connections(NetworkNamespace inside, IPEndPoint server, TimeSpan time) => inside.Run(() =>
    {
        var message = new byte[1];
        return PerSecond(time, () =>
        {
            using var socket = Connect(server, TrafficServer.Once);
            socket.Receive(message);

            // A reset in place of TIME_WAIT: else the client runs out of ports within seconds.
            socket.LingerState = new LingerOption(enable: true, 0);
        });
    });

    private static Socket Connect(IPEndPoint server, byte manner)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, SendTimeout = 5000, ReceiveTimeout = 5000 };
        try
        {
            socket.Connect(server);
            socket.Send([manner]);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static double PerSecond(TimeSpan time, Action once)
    {
        var count = 0;
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < time)
        {
            once();
            count++;
        }

        return count / clock.Elapsed.TotalSeconds;
    }
}
