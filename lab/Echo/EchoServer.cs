using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Overlay.Netlink;

namespace Overlay.Lab.Echo;

/// <summary>
/// What runs in a pod: on each port, TCP and UDP, it greets with its name and the peer address it sees, then sends back whatever comes.
/// </summary>
/// <remarks>The sockets are opened inside the namespace and belong to it; the loops run on this process' pool. Owns the sockets.</remarks>
public sealed class EchoServer : IDisposable
{
    private readonly string name;
    private readonly List<Socket> sockets = [];
    private readonly CancellationTokenSource stopping = new();

    private EchoServer(string name) => this.name = name;

    /// <summary>The ports a pod serves when its manifest names none.</summary>
    public const int DefaultPort = 8080;

    /// <summary>Starts serving inside a namespace.</summary>
    /// <param name="inside">The pod's namespace.</param>
    /// <param name="name">What it calls itself.</param>
    /// <param name="ports">The ports, each for TCP and UDP.</param>
    public static EchoServer Start(NetworkNamespace inside, string name, IEnumerable<int> ports)
    {
        ArgumentNullException.ThrowIfNull(inside);
        var server = new EchoServer(name);
        try
        {
            foreach (var port in ports.Distinct())
            {
                var (tcp, udp) = inside.Run(() => (Listener(port), Receiver(port)));
                server.sockets.Add(tcp);
                server.sockets.Add(udp);
                _ = server.AcceptAsync(tcp);
                _ = server.AnswerAsync(udp);
            }
        }
        catch
        {
            server.Dispose();
            throw;
        }

        return server;
    }

    /// <summary>The greeting's first line.</summary>
    /// <param name="name">The server's name.</param>
    /// <param name="peer">The address it sees.</param>
    public static string Greeting(string name, EndPoint? peer) => string.Create(CultureInfo.InvariantCulture, $"{name} {Unmapped(peer)}\n");

    /// <inheritdoc />
    public void Dispose()
    {
        stopping.Cancel();
        foreach (var socket in sockets)
            socket.Dispose();
        stopping.Dispose();
    }

    private static Socket Listener(int port)
    {
        var socket = Open(SocketType.Stream, port);
        socket.Listen(512);
        return socket;
    }

    private static Socket Receiver(int port) => Open(SocketType.Dgram, port);

    private static Socket Open(SocketType type, int port)
    {
        // A pod of a v4-only cluster may have IPv6 switched off; then the v6 wildcard can not be bound.
        var six = File.Exists("/proc/net/if_inet6") && File.ReadAllText("/proc/net/if_inet6").Length > 0;
        var socket = new Socket(six ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork, type, type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp);
        if (six)
            socket.DualMode = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(new IPEndPoint(six ? IPAddress.IPv6Any : IPAddress.Any, port));
        return socket;
    }

    private static string Unmapped(EndPoint? peer) => peer is IPEndPoint { Address.IsIPv4MappedToIPv6: true } mapped
        ? new IPEndPoint(mapped.Address.MapToIPv4(), mapped.Port).ToString()
        : peer?.ToString() ?? "nobody";

    private async Task AcceptAsync(Socket listener)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                _ = ServeAsync(await listener.AcceptAsync(stopping.Token));
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // The client was gone before it was accepted.
            }
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using (client)
        {
            try
            {
                client.NoDelay = true;
                var buffer = new byte[64 * 1024];
                await client.SendAsync(Encoding.UTF8.GetBytes(Greeting(name, client.RemoteEndPoint)), stopping.Token);
                while (await client.ReceiveAsync(buffer, stopping.Token) is var length and > 0)
                    await SendAllAsync(client, buffer.AsMemory(0, length));
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // The client's end is its own affair.
            }
        }
    }

    private async Task SendAllAsync(Socket client, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await client.SendAsync(bytes, stopping.Token)..];
    }

    private async Task AnswerAsync(Socket socket)
    {
        var buffer = new byte[64 * 1024];
        var any = new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var got = await socket.ReceiveFromAsync(buffer, any, stopping.Token);
                var greeting = Encoding.UTF8.GetBytes(Greeting(name, got.RemoteEndPoint));
                await socket.SendToAsync((byte[])[.. greeting, .. buffer.AsSpan(0, got.ReceivedBytes)], got.RemoteEndPoint, stopping.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // An ICMP error about an earlier answer.
            }
        }
    }
}
