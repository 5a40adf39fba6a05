using System.Buffers;
using Overlay.Netlink.Messages;

namespace Overlay.Netlink.Sockets;

/// <summary>
/// Requests and their answers over one socket: gives out sequence numbers, matches every acknowledgement to its request,
/// leaves nothing unread behind. Any thread may call; calls take turns.
/// </summary>
internal sealed partial class NetlinkConnection : IDisposable
{
    /// <summary>The kernel never fills more than 32 KiB of a datagram in a dump; a single link with many attributes may be longer.</summary>
    private const int ReceiveBytes = 128 * 1024;

    private const int SocketBufferBytes = 8 * 1024 * 1024;

    /// <summary>Keeps the acknowledgements of one send well below the receive buffer (each costs the kernel about 1 KiB).</summary>
    private const int RequestsPerSend = 1024;

    private const int MaximumBytesPerSend = 1024 * 1024;

    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);

    private readonly NetlinkSocket socket;
    private readonly Lock turn = new();
    private uint sequence;

    private NetlinkConnection(NetlinkSocket socket) => this.socket = socket;

    /// <summary>The number the kernel knows our socket by.</summary>
    internal uint PortId => socket.PortId;

    internal static NetlinkConnection Open(int protocol, NetworkNamespace? inside)
    {
        var opened = inside is null
            ? NetlinkSocket.Open(protocol, SocketBufferBytes)
            : inside.Run(() => NetlinkSocket.Open(protocol, SocketBufferBytes));
        opened.LimitWait(AnswerLimit);
        return new NetlinkConnection(opened);
    }

    /// <summary>Sends the requests in order, each on its own merits: one that is refused does not stop the others.</summary>
    /// <returns>The refusals, in the order of the requests; empty if all is well.</returns>
    internal IReadOnlyList<NetlinkException> Execute(RequestList list)
    {
        lock (turn)
        {
            List<NetlinkException>? failures = null;
            for (var first = 0; first < list.Count;)
            {
                first = SendSome(list, first, ref failures);
            }

            return failures ?? (IReadOnlyList<NetlinkException>)[];
        }
    }

    public void Dispose() => socket.Dispose();

    private int SendSome(RequestList list, int first, ref List<NetlinkException>? failures)
    {
        var begin = list[first].Start;
        var after = first;
        var end = begin;
        while (after < list.Count && after - first < RequestsPerSend && end - begin < MaximumBytesPerSend)
        {
            list.Writer.AddFlags(list[after].Start, MessageFlags.Acknowledge);
            list.Writer.SetSequence(list[after].Start, unchecked(sequence + 1 + (uint)(after - first)));
            after++;
            end = after < list.Count ? list[after].Start : list.Writer.Length;
        }

        var firstSequence = unchecked(sequence + 1);
        sequence = unchecked(sequence + (uint)(after - first));
        var errno = socket.Send(list.Writer.Written[begin..end]);
        if (errno != Errno.None)
        {
            throw new NetlinkException(list[first].Operation, list[first].Target, errno, "the message could not be sent");
        }

        AwaitAcknowledgements(list, first, after - first, firstSequence, ref failures);
        return after;
    }

    private void AwaitAcknowledgements(RequestList list, int first, int count, uint firstSequence, ref List<NetlinkException>? failures)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ReceiveBytes);
        try
        {
            for (var left = count; left > 0;)
            {
                var datagram = ReceiveOrThrow(buffer, list[first].Operation, list[first].Target);
                while (NetlinkMessage.TryTake(ref datagram, out var message))
                {
                    var index = unchecked(message.Sequence - firstSequence);
                    if (message.Type != NetlinkMessage.TypeError || index >= (uint)count)
                    {
                        continue;
                    }

                    left--;
                    if (Refusal(list[first + (int)index], message) is { } refusal)
                    {
                        (failures ??= []).Add(refusal);
                    }
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static NetlinkException? Refusal(RequestList.Request request, NetlinkMessage message)
    {
        var errno = Acknowledgement.ErrnoOf(message);
        if (errno == Errno.None)
        {
            return null;
        }

        var target = request.TargetAt is { } targetAt && Acknowledgement.OffsetOf(message) is { } offset ? targetAt(offset) ?? request.Target : request.Target;
        var refusal = new NetlinkException(request.Operation, target, errno, Acknowledgement.TextOf(message));
        return request.MissingIsFine && refusal.IsMissing ? null : refusal;
    }

    private ReadOnlySpan<byte> ReceiveOrThrow(byte[] buffer, string operation, object target) =>
        CheckReceived(buffer, socket.Receive(buffer), operation, target);

    private static ReadOnlySpan<byte> CheckReceived(byte[] buffer, int length, string operation, object target)
    {
        if (length > buffer.Length)
        {
            throw new NetlinkException(operation, target, Errno.EMSGSIZE, $"an answer of {length} bytes exceeds our buffer of {buffer.Length}");
        }

        if (length < 0)
        {
            var errno = (Errno)(-length);
            throw new NetlinkException(operation, target, errno, errno switch
            {
                Errno.EAGAIN => $"no answer within {AnswerLimit.TotalSeconds} s",
                Errno.ENOBUFS => "the answers overran the receive buffer",
                _ => null,
            });
        }

        return buffer.AsSpan(0, length);
    }
}
