using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Overlay.Conformance.Data;
using Overlay.Netlink;

namespace Overlay.Conformance.Packets;

/// <summary>What an endpoint listens with: TCP greets with a byte, UDP sends back what comes. This process answers for all of them.</summary>
/// <remarks>Owns the sockets; they live in the endpoint's namespace.</remarks>
internal sealed class Listeners : IDisposable
{
    private const int Backlog = 4096;

    private readonly List<Socket> sockets = [];
    private readonly Action<int> heard;

    private Listeners(Action<int> heard) => this.heard = heard;

    /// <summary>Opens them.</summary>
    /// <param name="inside">The endpoint's namespace.</param>
    /// <param name="address">Where: a node has several addresses, and an answer must come from the asked one.</param>
    /// <param name="ports">The ports; those of a protocol that is neither TCP nor UDP are left out.</param>
    /// <param name="heard">Hears of each datagram's number, whether or not its answer comes home.</param>
    public static Listeners Open(NetworkNamespace inside, IPAddress address, IEnumerable<PortDeclaration> ports, Action<int> heard)
    {
        var listeners = new Listeners(heard);
        try
        {
            inside.Run(() =>
            {
                foreach (var port in ports.DistinctBy(p => (p.Protocol, p.Port)).Where(p => p.Protocol is IpProtocol.TCP or IpProtocol.UDP))
                    listeners.sockets.Add(Bound(new IPEndPoint(address, port.Port), port.Protocol == IpProtocol.TCP));
            });
        }
        catch
        {
            listeners.Dispose();
            throw;
        }

        foreach (var socket in listeners.sockets)
            _ = socket.SocketType == SocketType.Stream ? AcceptAsync(socket) : listeners.EchoAsync(socket);
        return listeners;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var socket in sockets)
            socket.Dispose();
    }

    private static Socket Bound(IPEndPoint at, bool stream)
    {
        var socket = stream
            ? new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
            : new Socket(at.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 1 << 20 };
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(at);
        if (stream)
            socket.Listen(Backlog);
        return socket;
    }

    private static async Task AcceptAsync(Socket listener)
    {
        while (true)
        {
            try
            {
                _ = GreetAsync(await listener.AcceptAsync());
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted or SocketError.Interrupted })
            {
                return;
            }
            catch (SocketException)
            {
                // The client was gone before it was accepted.
            }
        }
    }

    private static async Task GreetAsync(Socket client)
    {
        using (client)
        {
            try
            {
                // The client ends the connection, with a reset: no side is left in TIME-WAIT, thousands of times.
                var buffer = new byte[1];
                await client.SendAsync(buffer);
                await client.ReceiveAsync(buffer);
            }
            catch (SocketException)
            {
                // That reset.
            }
        }
    }

    private async Task EchoAsync(Socket socket)
    {
        var buffer = new byte[64];
        var any = new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        while (true)
        {
            try
            {
                var got = await socket.ReceiveFromAsync(buffer, any);
                if (got.ReceivedBytes < sizeof(int))
                    continue;
                heard(BinaryPrimitives.ReadInt32BigEndian(buffer));
                await socket.SendToAsync(buffer.AsMemory(0, got.ReceivedBytes), got.RemoteEndPoint);
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted or SocketError.Interrupted })
            {
                return;
            }
            catch (SocketException)
            {
                // An ICMP error about an earlier answer, or an answer that our own rules did not let out.
            }
        }
    }
}
