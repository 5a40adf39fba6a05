using System.Runtime.CompilerServices;
using Overlay.Netlink.Messages;
using Overlay.Netlink.Monitors;
using Overlay.Netlink.Sockets;

namespace Overlay.Netlink.PacketLog;

/// <summary>
/// Hears the packets that rules send to one group of the packet log: <c>log group N</c> of nftables, <c>-j NFLOG --nflog-group N</c> of iptables. A group of a
/// namespace has one listener at most; without one the kernel logs to nobody, at next to no cost.
/// </summary>
public sealed class PacketLogSocket : IDisposable
{
    private readonly MulticastSocket socket;
    private uint next;

    private PacketLogSocket(MulticastSocket socket) => this.socket = socket;

    /// <summary>How many packets were logged and did not reach us, because they came faster than they were read.</summary>
    public long Lost { get; private set; }

    /// <summary>Begins to listen.</summary>
    /// <param name="group">The group.</param>
    /// <param name="settings">How packets are handed over.</param>
    /// <param name="inside">The namespace to listen in; null: this process' own.</param>
    /// <exception cref="NetlinkException">The kernel refused: <see cref="Errno.EPERM"/> also when somebody listens to the group already.</exception>
    public static PacketLogSocket Open(ushort group, PacketLogSettings settings, NetworkNamespace? inside = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        try
        {
            return Open(withConnections: true);
        }
        catch (NetlinkException e) when (e.Errno == Errno.EOPNOTSUPP)
        {
            return Open(withConnections: false);
        }

        PacketLogSocket Open(bool withConnections) =>
            new(MulticastSocket.Open(NetlinkSocket.ProtocolNetfilter, inside, settings.BufferBytes, netlink => Bind(netlink, PacketLogMessages.Bind(group, settings, withConnections))));
    }

    /// <summary>The packets, in order, until cancelled. One reader at a time.</summary>
    public async IAsyncEnumerable<LoggedPacket> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // How many an overrun stands for is told by the next packet's number.
        var overrun = new LoggedPacket("", default);
        await foreach (var packet in socket.ReadAsync(PacketLogMessages.Parse, overrun, cancellationToken).ConfigureAwait(false))
        {
            if (ReferenceEquals(packet, overrun))
            {
                continue;
            }

            Lost += unchecked(packet.Sequence - next);
            next = unchecked(packet.Sequence + 1);
            yield return packet;
        }
    }

    /// <inheritdoc />
    public void Dispose() => socket.Dispose();

    /// <summary>The kernel answers inside send(); a packet that is logged right after is in the queue behind the answer.</summary>
    private static void Bind(NetlinkSocket netlink, RequestList list)
    {
        var errno = netlink.Send(list.Writer.Written);
        Span<byte> buffer = stackalloc byte[4096];
        var length = errno == Errno.None ? netlink.Receive(buffer, wait: false) : -(int)errno;
        if (length < 0)
        {
            throw new NetlinkException(list[0].Operation, list[0].Target, (Errno)(-length));
        }

        ReadOnlySpan<byte> datagram = buffer[..Math.Min(length, buffer.Length)];
        if (NetlinkMessage.TryTake(ref datagram, out var answer) && Acknowledgement.ErrnoOf(answer) is var refusal and not Errno.None)
        {
            throw new NetlinkException(list[0].Operation, list[0].Target, refusal, Acknowledgement.TextOf(answer));
        }
    }
}
