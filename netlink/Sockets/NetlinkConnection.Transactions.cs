using System.Buffers;
using Overlay.Netlink.Messages;

namespace Overlay.Netlink.Sockets;

/// <summary>nfnetlink's batches: everything between the begin and end messages is committed, or nothing.</summary>
internal sealed partial class NetlinkConnection
{
    /// <summary>The kernel refuses what does not fit into the send buffer whole, less some bookkeeping of its own.</summary>
    private const int SendBufferSlack = 4096;

    private int sendBufferBytes = SocketBufferBytes;

    /// <summary>Sends a list that begins with the batch's begin message, with the end message after it, in one piece.</summary>
    /// <returns>The refusals, if there are any nothing was changed; empty if all is in force.</returns>
    internal IReadOnlyList<NetlinkException> ExecuteTransaction(RequestList list)
    {
        lock (turn)
        {
            var writer = list.Writer;
            var length = writer.Length;
            var end = writer.BeginMessage(NetfilterMessage.BatchEnd, MessageFlags.Request);
            try
            {
                NetfilterMessage.WriteHeader(writer, 0, NetfilterMessage.SubsystemNfTables >> 8);
                writer.EndMessage(end);
                return SendTransaction(list, end);
            }
            finally
            {
                // The list stays as it was, so that it can be sent again.
                writer.Truncate(length);
            }
        }
    }

    private List<NetlinkException> SendTransaction(RequestList list, int end)
    {
        var writer = list.Writer;
        var firstSequence = unchecked(sequence + 1);
        for (var i = 0; i < list.Count; i++)
        {
            writer.SetSequence(list[i].Start, unchecked(++sequence));
        }

        writer.SetSequence(end, unchecked(++sequence));

        // Kernels before 6.10 do not acknowledge begin and end; the last change's acknowledgement comes after the commit.
        writer.AddFlags(list[list.Count - 1].Start, MessageFlags.Acknowledge);
        if (writer.Length + SendBufferSlack > sendBufferBytes)
        {
            sendBufferBytes = writer.Length + SendBufferSlack;
            socket.GrowSendBuffer(sendBufferBytes);
        }

        var errno = socket.Send(writer.Written);
        return errno == Errno.None
            ? AwaitCommit(list, firstSequence)
            : throw new NetlinkException(list[0].Operation, list[0].Target, errno, $"the batch of {writer.Length} bytes could not be sent");
    }

    /// <summary>Waits for the verdict, then takes the rest of the refusals, which are all there by then: the kernel works inside send().</summary>
    private List<NetlinkException> AwaitCommit(RequestList list, uint firstSequence)
    {
        var failures = new List<NetlinkException>();
        var buffer = ArrayPool<byte>.Shared.Rent(ReceiveBytes);
        try
        {
            for (var decided = false; ;)
            {
                var length = socket.Receive(buffer, wait: !decided);
                if (decided && length < 0)
                {
                    return failures;
                }

                var datagram = CheckReceived(buffer, length, list[0].Operation, list[0].Target);
                while (NetlinkMessage.TryTake(ref datagram, out var message))
                {
                    var index = unchecked(message.Sequence - firstSequence);
                    if (message.Type == NetlinkMessage.TypeError && index <= (uint)list.Count)
                    {
                        decided = true;
                        if (Refusal(list[Math.Min((int)index, list.Count - 1)], message) is { } refusal)
                        {
                            failures.Add(refusal);
                        }
                    }
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
