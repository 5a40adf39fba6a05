using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Overlay.Netlink;

namespace Overlay.NodeAgent.Tests.Rules.Bed;

/// <summary>AF_PACKET on one device: sends whole frames as a hostile pod may, and captures what passes.</summary>
internal sealed class PacketSocket : IDisposable
{
    private readonly Socket socket;

    private PacketSocket(Socket socket) => this.socket = socket;

    public static PacketSocket Open(NetworkNamespace inside, string device) =>
        inside.Run(() =>
        {
            using var routes = RouteSocket.Open();
            // The protocol is in network order: ETH_P_ALL.
            var opened = new Socket(AddressFamily.Packet, SocketType.Raw, (ProtocolType)0x0300) { ReceiveBufferSize = 4 << 20 };
            opened.Bind(new LinkEndPoint(routes.GetLink(device)!.Index.Value));
            return new PacketSocket(opened);
        });

    public void Send(ReadOnlySpan<byte> frame) => socket.Send(frame);

    /// <summary>The next frame that is wanted; null when none comes in time.</summary>
    public async Task<byte[]?> NextAsync(Func<byte[], bool> wanted, TimeSpan limit)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limited.CancelAfter(limit);
        var buffer = new byte[70000];
        try
        {
            while (true)
            {
                var length = await socket.ReceiveAsync(buffer, limited.Token);
                var frame = buffer[..length];
                if (wanted(frame))
                {
                    return frame;
                }
            }
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    public void Dispose() => socket.Dispose();

    /// <summary>sockaddr_ll: family, protocol, interface index.</summary>
    private sealed class LinkEndPoint(int index) : EndPoint
    {
        public override AddressFamily AddressFamily => AddressFamily.Packet;

        public override SocketAddress Serialize()
        {
            var address = new SocketAddress(AddressFamily.Packet, 20);
            var bytes = address.Buffer.Span;
            BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], 3);
            BitConverter.TryWriteBytes(bytes[4..], index);
            return address;
        }
    }
}
