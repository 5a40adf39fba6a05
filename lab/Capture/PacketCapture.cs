using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Overlay.Lab.Native;
using Overlay.Netlink;

namespace Overlay.Lab.Capture;

/// <summary>Listens to everything on one device by a packet socket (packet(7)) on a thread of its own.</summary>
/// <remarks>Owns the socket and the thread.</remarks>
public sealed class PacketCapture : IDisposable
{
    private readonly Socket socket;
    private readonly Thread thread;
    private readonly ConcurrentQueue<ReadOnlyMemory<byte>> frames = new();
    private volatile bool ending;

    private PacketCapture(Socket socket)
    {
        this.socket = socket;
        thread = new Thread(Listen) { IsBackground = true, Name = "capture" };
        thread.Start();
    }

    /// <summary>The frames so far, from the Ethernet header on.</summary>
    public IReadOnlyCollection<ReadOnlyMemory<byte>> Frames => [.. frames];

    /// <summary>Starts listening.</summary>
    /// <param name="inside">The device's namespace.</param>
    /// <param name="device">The device's name.</param>
    public static PacketCapture Start(NetworkNamespace inside, string device)
    {
        ArgumentNullException.ThrowIfNull(inside);
        using var links = RouteSocket.Open(inside);
        var index = links.GetLink(device)?.Index ?? throw new LabException($"there is no device {device} in {inside} to listen on.");
        return new PacketCapture(inside.Run(() => Open(index.Value)));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        ending = true;
        thread.Join();
        socket.Dispose();
    }

    private static Socket Open(int index)
    {
        var file = Libc.Socket(Libc.AddressFamilyPacket, Libc.SocketRaw | Libc.CloseOnExec, Libc.EveryProtocol);
        if (file < 0)
            throw new LabException($"a packet socket can not be opened: {Marshal.GetLastPInvokeErrorMessage()} (root is needed).");
        var result = new Socket(new SafeSocketHandle(file, ownsHandle: true)) { ReceiveTimeout = 50 };
        var address = new PacketAddress { Family = Libc.AddressFamilyPacket, Protocol = (ushort)Libc.EveryProtocol, Index = index };
        if (Libc.Bind(file, in address, Marshal.SizeOf<PacketAddress>()) < 0)
            throw new LabException($"a packet socket can not be bound to device {index}: {Marshal.GetLastPInvokeErrorMessage()}.");
        return result;
    }

    private void Listen()
    {
        var buffer = new byte[65536];
        while (!ending)
        {
            try
            {
                var length = socket.Receive(buffer);
                frames.Enqueue(buffer.AsMemory(0, length).ToArray());
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock or SocketError.TryAgain or SocketError.NetworkDown)
            {
                // Silence; look whether we are to end.
            }
        }
    }
}
