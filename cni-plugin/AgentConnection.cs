using System.Runtime.InteropServices;
using Overlay.Cni.Frames;
using Overlay.CniPlugin.Native;

namespace Overlay.CniPlugin;

/// <summary>One call to the agent over its unix socket, within bounded time. Owns the socket.</summary>
internal sealed unsafe class AgentConnection : IDisposable
{
    private readonly int _socket;

    private AgentConnection(int socket) => _socket = socket;

    /// <summary>
    /// Connects, trying again while the budget lasts: an agent that is being upgraded is back within a second or two.
    /// Null when there is no agent.
    /// </summary>
    /// <param name="path">The socket's path, without NUL.</param>
    /// <param name="budget">Milliseconds.</param>
    public static AgentConnection? Open(ReadOnlySpan<byte> path, long budget)
    {
        if (path.Length > Libc.SockaddrUnLength - 3)
            return null;
        var address = stackalloc byte[Libc.SockaddrUnLength];
        new Span<byte>(address, Libc.SockaddrUnLength).Clear();
        *(ushort*)address = Libc.AF_UNIX;
        path.CopyTo(new Span<byte>(address + 2, Libc.SockaddrUnLength - 2));
        var deadline = Environment.TickCount64 + budget;
        while (true)
        {
            var socket = Libc.socket(Libc.AF_UNIX, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC, 0);
            if (socket < 0)
                return null;
            if (Libc.connect(socket, address, Libc.SockaddrUnLength) == 0)
                return new AgentConnection(socket);
            _ = Libc.close(socket);
            if (Environment.TickCount64 >= deadline)
                return null;
            _ = Libc.poll(null, 0, 100);
        }
    }

    /// <summary>Sends the whole frame; false when the agent goes away or takes nothing until the deadline.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="deadline">Until when, in the kernel's milliseconds.</param>
    /// <param name="folder">An open folder that travels with its first byte; below 0: none.</param>
    public bool Send(ReadOnlySpan<byte> frame, long deadline, int folder = -1)
    {
        while (!frame.IsEmpty)
        {
            if (!Wait(Libc.POLLOUT, deadline))
                return false;
            nint put;
            fixed (byte* at = frame)
                put = folder < 0 ? Libc.send(_socket, at, (nuint)frame.Length, Libc.MSG_NOSIGNAL) : SendWith(at, (nuint)frame.Length, folder);
            if (put > 0)
            {
                frame = frame[(int)put..];
                folder = -1;
            }
            else if (Marshal.GetLastPInvokeError() != Libc.EINTR)
                return false;
        }

        return true;
    }

    /// <summary>Receives the answer; null when the agent goes away, speaks another language or the deadline passes.</summary>
    public byte[]? Receive(long deadline, out int exitCode)
    {
        exitCode = 1;
        var header = Exactly(AnswerFrame.HeaderLength, deadline);
        return header is not null && AnswerFrame.TryReadHeader(header, out exitCode, out var length) ? Exactly(length, deadline) : null;
    }

    /// <summary>Closes the socket.</summary>
    public void Dispose() => _ = Libc.close(_socket);

    private nint SendWith(byte* bytes, nuint length, int folder)
    {
        var passed = new Libc.PassedFile { Length = Libc.PassedFile.UsedLength, Level = Libc.SOL_SOCKET, Type = Libc.SCM_RIGHTS, File = folder };
        var part = new Libc.MessagePart { Base = bytes, Length = length };
        var message = new Libc.MessageHeader { Parts = &part, PartCount = 1, Control = &passed, ControlLength = (nuint)sizeof(Libc.PassedFile) };
        return Libc.sendmsg(_socket, &message, Libc.MSG_NOSIGNAL);
    }

    private byte[]? Exactly(int length, long deadline)
    {
        var bytes = new byte[length];
        for (var have = 0; have < length;)
        {
            if (!Wait(Libc.POLLIN, deadline))
                return null;
            nint got;
            fixed (byte* at = &bytes[have])
                got = Libc.read(_socket, at, (nuint)(length - have));
            if (got > 0)
                have += (int)got;
            else if (got == 0 || Marshal.GetLastPInvokeError() != Libc.EINTR)
                return null;
        }

        return bytes;
    }

    private bool Wait(short events, long deadline)
    {
        while (true)
        {
            var descriptor = new Libc.PollFd { Descriptor = _socket, Events = events };
            var left = deadline - Environment.TickCount64;
            var ready = left <= 0 ? 0 : Libc.poll(&descriptor, 1, (int)Math.Min(left, int.MaxValue));
            if (ready > 0)
                return true;
            if (ready == 0 || Marshal.GetLastPInvokeError() != Libc.EINTR)
                return false;
        }
    }
}
