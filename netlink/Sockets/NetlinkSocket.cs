using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Overlay.Netlink.Native;

namespace Overlay.Netlink.Sockets;

/// <summary>A bare AF_NETLINK socket: opens in a namespace, sends, receives. Knows nothing of messages. Stays in its namespace for ever.</summary>
internal sealed unsafe class NetlinkSocket : IDisposable
{
    internal const int ProtocolRoute = 0;
    internal const int ProtocolNetfilter = 12;

    private const int AddressLength = 12;

    private const int LevelSocket = 1;
    private const int ReceiveTimeout = 20;
    private const int AttachFilter = 26;
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

    /// <summary>The number the kernel gave the socket; unique in its namespace and protocol.</summary>
    internal uint PortId { get; private set; }

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

            // sockaddr_nl: family u16, pad u16, port u32, groups u32. Port 0: the kernel chooses.
            var address = stackalloc byte[AddressLength];
            new Span<byte>(address, AddressLength).Clear();
            *(ushort*)address = Libc.AddressFamilyNetlink;
            if (Libc.Bind(socket.file, address, AddressLength) < 0)
            {
                throw NetlinkException.FromLastError("bind a netlink socket of protocol", protocol);
            }

            uint length = AddressLength;
            if (Libc.GetSocketName(socket.file, address, &length) < 0)
            {
                throw NetlinkException.FromLastError("read the port of a netlink socket of protocol", protocol);
            }

            socket.PortId = *(uint*)(address + 4);
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

    internal void GrowSendBuffer(int bytes) => TrySet(LevelSocket, SendBufferForce, bytes);

    /// <summary>Joins a multicast group.</summary>
    internal void Join(uint group)
    {
        if (Libc.SetSocketOption(file, LevelNetlink, AddMembership, &group, 4) < 0)
        {
            throw NetlinkException.FromLastError("join netlink group", group);
        }
    }

    /// <summary>Lets only datagrams pass whose first message is of this type; the rest never reaches the queue.</summary>
    internal void FilterByType(ushort type)
    {
        // Classic BPF (linux/filter.h): load the half-word at offset 4 (nlmsg_type), which BPF takes for big-endian; compare; accept all or nothing.
        const ushort loadHalf = 0x28, jumpEqual = 0x15, accept = 0x06;
        var wanted = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(type) : type;
        var program = stackalloc Libc.FilterStep[4]
        {
            new() { Code = loadHalf, Operand = 4 },
            new() { Code = jumpEqual, WhenTrue = 0, WhenFalse = 1, Operand = wanted },
            new() { Code = accept, Operand = uint.MaxValue },
            new() { Code = accept, Operand = 0 },
        };
        var filter = new Libc.FilterProgram { Count = 4, Steps = program };
        if (Libc.SetSocketOption(file, LevelSocket, AttachFilter, &filter, (uint)sizeof(Libc.FilterProgram)) < 0)
        {
            throw NetlinkException.FromLastError("filter netlink messages by type", type);
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
