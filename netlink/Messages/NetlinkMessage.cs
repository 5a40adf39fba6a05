using System.Runtime.InteropServices;

namespace Overlay.Netlink.Messages;

/// <summary>One message as the kernel sent it. A view: valid while the receive buffer is.</summary>
internal readonly ref struct NetlinkMessage
{
    internal const ushort TypeError = 2;
    internal const ushort TypeDone = 3;
    internal const ushort TypeOverrun = 4;

    private NetlinkMessage(ReadOnlySpan<byte> whole)
    {
        Type = MemoryMarshal.Read<ushort>(whole[4..]);
        Flags = (MessageFlags)MemoryMarshal.Read<ushort>(whole[6..]);
        Sequence = MemoryMarshal.Read<uint>(whole[8..]);
        PortId = MemoryMarshal.Read<uint>(whole[12..]);
        Payload = whole[MessageWriter.HeaderLength..];
    }

    internal ushort Type { get; }

    internal MessageFlags Flags { get; }

    internal uint Sequence { get; }

    /// <summary>In an answer our own port; in an event the port of the socket whose request caused it.</summary>
    internal uint PortId { get; }

    /// <summary>What follows the nlmsghdr.</summary>
    internal ReadOnlySpan<byte> Payload { get; }

    /// <summary>Takes the next message off the front of a datagram; false at its end.</summary>
    internal static bool TryTake(ref ReadOnlySpan<byte> datagram, out NetlinkMessage message)
    {
        message = default;
        if (datagram.Length < MessageWriter.HeaderLength)
        {
            return false;
        }

        var length = MemoryMarshal.Read<uint>(datagram);
        if (length < MessageWriter.HeaderLength || length > datagram.Length)
        {
            return false;
        }

        message = new NetlinkMessage(datagram[..(int)length]);
        datagram = datagram[Math.Min(MessageWriter.Align((int)length), datagram.Length)..];
        return true;
    }
}
