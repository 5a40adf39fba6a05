using System.Net.Sockets;
using System.Runtime.InteropServices;
using Overlay.Netlink.Native;

namespace Overlay.Netlink;

/// <summary>Sees the UDP packets to one port on every device of a network namespace, in and out, by a packet socket with a filter (packet(7)).</summary>
/// <remarks>Owns the socket.</remarks>
public sealed class PacketCapture : IDisposable
{
    private const int LevelSocket = 1;
    private const int AttachFilter = 26;
    private const int AddressFamilyPacket = 17;

    /// <summary>htons(ETH_P_ALL).</summary>
    private const int EveryProtocol = 0x0300;

    private readonly Socket socket;

    private PacketCapture(Socket open) => socket = open;

    /// <summary>Starts to listen.</summary>
    /// <param name="port">The destination port.</param>
    /// <param name="inside">The namespace; null: this process' own.</param>
    /// <exception cref="NetlinkException">EPERM: CAP_NET_RAW is lacking.</exception>
    public static PacketCapture Start(ushort port, NetworkNamespace? inside = null) => new(inside is null ? Open(port) : inside.Run(() => Open(port)));

    /// <summary>The next packet, from the Ethernet header on.</summary>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken cancellation)
    {
        var buffer = new byte[2048];
        return buffer.AsMemory(0, await socket.ReceiveAsync(buffer, SocketFlags.None, cancellation).ConfigureAwait(false));
    }

    /// <inheritdoc />
    public void Dispose() => socket.Dispose();

    private static Socket Open(ushort port)
    {
        // Without a protocol nothing comes in before the filter is attached and the protocol is bound.
        var file = Libc.Socket(AddressFamilyPacket, Libc.SocketRaw | Libc.CloseOnExec, 0);
        if (file < 0)
        {
            throw NetlinkException.FromLastError("open", "packet socket");
        }

        var open = new Socket(new SafeSocketHandle(file, ownsHandle: true));
        try
        {
            Filter(open, port);
            Bind(open);
            return open;
        }
        catch
        {
            open.Dispose();
            throw;
        }
    }

    /// <summary>Classic BPF (linux/filter.h): UDP to the port, in IPv4 (RFC 791, header of any length) or IPv6 without extension headers (RFC 8200).</summary>
    private static unsafe void Filter(Socket capture, ushort port)
    {
        const ushort loadHalf = 0x28, loadByte = 0x30, loadHalfIndexed = 0x48, loadHeaderLength = 0xb1, jumpEqual = 0x15, accept = 0x06;
        const uint udp = 17;
        // Jumps count from the step after: to the last but one, which takes nothing, and the last, which takes the packet.
        var program = stackalloc Libc.FilterStep[]
        {
            new() { Code = loadHalf, Operand = 12 },
            new() { Code = jumpEqual, Operand = 0x0800, WhenTrue = 0, WhenFalse = 5 },
            new() { Code = loadByte, Operand = 23 },
            new() { Code = jumpEqual, Operand = udp, WhenTrue = 0, WhenFalse = 8 },
            new() { Code = loadHeaderLength, Operand = 14 },
            new() { Code = loadHalfIndexed, Operand = 16 },
            new() { Code = jumpEqual, Operand = port, WhenTrue = 6, WhenFalse = 5 },
            new() { Code = jumpEqual, Operand = 0x86dd, WhenTrue = 0, WhenFalse = 4 },
            new() { Code = loadByte, Operand = 20 },
            new() { Code = jumpEqual, Operand = udp, WhenTrue = 0, WhenFalse = 2 },
            new() { Code = loadHalf, Operand = 56 },
            new() { Code = jumpEqual, Operand = port, WhenTrue = 1, WhenFalse = 0 },
            new() { Code = accept, Operand = 0 },
            new() { Code = accept, Operand = 2048 },
        };
        var filter = new Libc.FilterProgram { Count = 14, Steps = program };
        capture.SetRawSocketOption(LevelSocket, AttachFilter, new ReadOnlySpan<byte>(&filter, sizeof(Libc.FilterProgram)));
    }

    private static unsafe void Bind(Socket capture)
    {
        // struct sockaddr_ll; index 0: every device.
        var address = stackalloc byte[20];
        MemoryMarshal.Write(new Span<byte>(address, 20), (ushort)AddressFamilyPacket);
        MemoryMarshal.Write(new Span<byte>(address + 2, 18), (ushort)EveryProtocol);
        if (Libc.Bind(capture.SafeHandle, address, 20) < 0)
        {
            throw NetlinkException.FromLastError("bind", "packet socket");
        }
    }
}
