using System.Net;
using System.Net.Sockets;
using Overlay.Netlink;

namespace Overlay.Bench.Policy;

/// <summary>Sends every datagram back, inside a namespace.</summary>
internal sealed class UdpEcho : IDisposable
{
    private readonly Socket socket;

    private UdpEcho(Socket socket)
    {
        this.socket = socket;
        new Thread(Serve) { IsBackground = true, Name = "udp echo" }.Start();
    }

    public static UdpEcho Start(NetworkNamespace inside, int port) => new(inside.Run(() =>
    {
        var bound = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        bound.Bind(new IPEndPoint(IPAddress.Any, port));
        return bound;
    }));

    public void Dispose() => socket.Dispose();

    private void Serve()
    {
        var buffer = new byte[2048];
        try
        {
            while (true)
            {
                EndPoint from = new IPEndPoint(IPAddress.Any, 0);
                var count = socket.ReceiveFrom(buffer, ref from);
                socket.SendTo(buffer, count, SocketFlags.None, from);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed: the measurement is over.
        }
    }
}
