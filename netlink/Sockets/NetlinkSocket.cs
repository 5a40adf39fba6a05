using System.Runtime.InteropServices;
using Overlay.Netlink.Native;

namespace Overlay.Netlink.Sockets;

/// <summary>A bare AF_NETLINK socket: opens in a namespace, sends, receives. Knows nothing of messages. Stays in its namespace for ever.</summary>
internal sealed unsafe class NetlinkSocket : IDisposable
{
    internal const int ProtocolRoute = 0;
    internal const int ProtocolNetfilter = 12;

    private const int LevelSocket = 1;
    private const int ReceiveTimeout = 20;
    private const int SendBufferForce = 32;
    private const int ReceiveBufferForce = 33;

    private const int LevelNetlink = 270;
    private const int AddMembership = 1;
    private const int CapAcknowledgement = 10;
    private const int ExtendedAcknowledgement = 11;
    private const int StrictCheck = 12;

    private readonly FileDescriptor file;

    private NetlinkSocket(FileDescriptor file) => this.file = file;

    internal FileDescriptor File => file;

    /// <summary>Opens a socket in the calling thread's namespace.</summary>
    /// <param name="protocol">NETLINK_ROUTE or NETLINK_NETFILTER.</param>
    /// <param name="bufferBytes">The send and receive buffers' size; forced past the system's limit where we may.</param>
    internal static NetlinkSocket Open(int protocol, int bufferBytes)
    {
        var socket = new NetlinkSocket(FileDescriptor.Own(
            Libc.Socket(Libc.AddressFamilyNetlink, Libc.SocketRaw | Libc.CloseOnExec, protocol), "open a netlink socket of protocol", protocol));
        try
        {
            // Best effort: without CAP_NET_ADMIN the defaults stay, and the requests themselves will be refused anyway.
            socket.TrySet(LevelSocket, SendBufferForce, bufferBytes);
            socket.TrySet(LevelSocket, ReceiveBufferForce, bufferBytes);
            socket.TrySet(LevelNetlink, CapAcknowledgement, 1);
            socket.TrySet(LevelNetlink, ExtendedAcknowledgement, 1);
            socket.TrySet(LevelNetlink, StrictCheck, 1);

            var address = stackalloc byte[12];
            new Span<byte>(address, 12).Clear();
            *(ushort*)address = Libc.AddressFamilyNetlink;
            if (Libc.Bind(socket.file, address, 12) < 0)
            {
                throw NetlinkException.FromLastError("bind a netlink socket of protocol", protocol);
            }

            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>How long a receive waits before it fails with EAGAIN.</summary>
    internal void LimitWait(TimeSpan limit)
    {
        var time = stackalloc long[2] { (long)limit.TotalSeconds, limit.Milliseconds * 1000L };
        if (Libc.SetSocketOption(file, LevelSocket, ReceiveTimeout, time, 16) < 0)
        {
            throw NetlinkException.FromLastError("set the receive time-out to", limit);
        }
    }

    /// <summary>Joins a multicast group.</summary>
    internal void Join(uint group)
    {
        if (Libc.SetSocketOption(file, LevelNetlink, AddMembership, &group, 4) < 0)
        {
            throw NetlinkException.FromLastError("join netlink group", group);
        }
    }

    internal Errno Send(ReadOnlySpan<byte> messages)
    {
        fixed (byte* start = messages)
        {
            while (true)
            {
                if (Libc.Send(file, start, (nuint)messages.Length, 0) >= 0)
                {
                    return Errno.None;
                }

                var errno = (Errno)Marshal.GetLastPInvokeError();
                if (errno != Errno.EINTR)
                {
                    return errno;
                }
            }
        }
    }

    /// <summary>One datagram; a length above the buffer's means it was cut off. A negative result is -errno.</summary>
    internal int Receive(Span<byte> buffer, bool wait = true)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                var flags = Libc.MessageTruncated | (wait ? 0 : Libc.MessageDontWait);
                var length = Libc.Receive(file, start, (nuint)buffer.Length, flags);
                if (length >= 0)
                {
                    return (int)length;
                }

                var errno = Marshal.GetLastPInvokeError();
                if (errno != (int)Errno.EINTR)
                {
                    return -errno;
                }
            }
        }
    }

    public void Dispose() => file.Dispose();

    private void TrySet(int level, int option, int value) => _ = Libc.SetSocketOption(file, level, option, &value, 4);
}
