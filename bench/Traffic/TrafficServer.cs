using System.Net;
using System.Net.Sockets;
using Overlay.Netlink;

namespace Overlay.Bench.Traffic;

/// <summary>
/// The answering side, inside a namespace. One listening port, three manners, told by the first byte a client sends:
/// swallow everything, echo each message, or answer once and close.
/// </summary>
internal sealed class TrafficServer : IDisposable
{
    internal const byte Swallow = (byte)'s';
    internal const byte Echo = (byte)'e';
    internal const byte Once = (byte)'o';

    private readonly Socket listener;

    private TrafficServer(Socket listener)
    {
        this.listener = listener;
        new Thread(Accept) { IsBackground = true, Name = "traffic server" }.Start();
    }

    /// <summary>Listens on a TCP port inside the namespace; the socket stays there whichever thread uses it.</summary>
    public static TrafficServer Start(NetworkNamespace inside, int port) => new(inside.Run(() =>
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(new IPEndPoint(IPAddress.Any, port));
        socket.Listen(4096);
        return socket;
    }));

    public void Dispose() => listener.Dispose();

    private void Accept()
    {
        var first = new byte[1];
        while (true)
        {
            Socket client;
            try
            {
                client = listener.Accept();
                client.NoDelay = true;
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }

            // One short exchange is served here: a thread for each connection would be what is measured.
            if (client.Receive(first) == 1 && first[0] == Once)
            {
                client.Send(first);
                client.Dispose();
                continue;
            }

            var manner = first[0];
            new Thread(() => Serve(client, manner)) { IsBackground = true }.Start();
        }
    }

    private static void Serve(Socket client, byte manner)
    {
        var buffer = new byte[256 * 1024];
        using (client)
        {
            try
            {
                for (int count; (count = client.Receive(buffer)) > 0;)
                {
                    if (manner == Echo)
                    {
                        client.Send(buffer, count, SocketFlags.None);
                    }
                }
            }
            catch (SocketException)
            {
                // The client's measurement is over: it closes without ceremony.
            }
        }
    }
}
