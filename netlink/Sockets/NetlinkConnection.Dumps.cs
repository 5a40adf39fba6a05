using System.Buffers;
using Overlay.Netlink.Messages;

namespace Overlay.Netlink.Sockets;

/// <summary>Reads what the kernel sends back: whole dumps, or the one object asked for.</summary>
internal sealed partial class NetlinkConnection
{
    /// <summary>A dump that changed under the reader is read again, at most this often.</summary>
    private const int DumpAttempts = 20;

    /// <summary>Turns a message into an object, or says null where it is none of interest.</summary>
    internal delegate T? Parser<T>(NetlinkMessage message)
        where T : class;

    /// <summary>Adds what a message holds to what was found.</summary>
    internal delegate void Collector<T>(NetlinkMessage message, List<T> found);

    /// <summary>Sends the list's only request with the dump flag and parses every object of the answer.</summary>
    internal List<T> Dump<T>(RequestList list, Parser<T> parse)
        where T : class =>
        Dump<T>(list, (message, found) =>
        {
            if (parse(message) is { } item)
            {
                found.Add(item);
            }
        });

    /// <inheritdoc cref="Dump{T}(RequestList, Parser{T})"/>
    internal List<T> Dump<T>(RequestList list, Collector<T> collect)
    {
        lock (turn)
        {
            list.Writer.AddFlags(list[0].Start, MessageFlags.Dump);
            var found = new List<T>();
            for (var attempt = 1; !TryDump(list, collect, found); attempt++)
            {
                if (attempt == DumpAttempts)
                {
                    throw new NetlinkException(list[0].Operation, list[0].Target, Errno.EINTR, $"what is listed changed during each of {attempt} readings");
                }

                found.Clear();
            }

            return found;
        }
    }

    /// <summary>Sends the list's only request, which asks for one object.</summary>
    /// <returns>The object, or null if the kernel has none such.</returns>
    internal T? Get<T>(RequestList list, Parser<T> parse)
        where T : class
    {
        lock (turn)
        {
            list.Writer.AddFlags(list[0].Start, MessageFlags.Acknowledge);
            Send(list);
            T? found = null;
            var refusal = Read(list, message => found ??= parse(message), out _);
            return refusal is null ? found
                : refusal.IsMissing ? null
                : throw refusal;
        }
    }

    private bool TryDump<T>(RequestList list, Collector<T> collect, List<T> found)
    {
        Send(list);
        var refusal = Read(list, message => collect(message, found), out var interrupted);
        if (refusal is { Errno: not Errno.EINTR })
        {
            throw refusal;
        }

        return refusal is null && !interrupted;
    }

    private void Send(RequestList list)
    {
        list.Writer.SetSequence(list[0].Start, unchecked(++sequence));
        var errno = socket.Send(list.Writer.Written);
        if (errno != Errno.None)
        {
            throw new NetlinkException(list[0].Operation, list[0].Target, errno, "the message could not be sent");
        }
    }

    /// <summary>Reads until the acknowledgement or the dump's end, whichever the request has.</summary>
    private NetlinkException? Read(RequestList list, Action<NetlinkMessage> take, out bool interrupted)
    {
        interrupted = false;
        var buffer = ArrayPool<byte>.Shared.Rent(ReceiveBytes);
        try
        {
            while (true)
            {
                var datagram = ReceiveOrThrow(buffer, list[0].Operation, list[0].Target);
                while (NetlinkMessage.TryTake(ref datagram, out var message))
                {
                    if (message.Sequence != sequence)
                    {
                        continue;
                    }

                    interrupted |= message.Type != NetlinkMessage.TypeError && (message.Flags & MessageFlags.DumpInterrupted) != 0;
                    if (message.Type is NetlinkMessage.TypeError or NetlinkMessage.TypeDone)
                    {
                        return Refusal(list[0], message);
                    }

                    take(message);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
