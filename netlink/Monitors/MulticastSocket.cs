using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Overlay.Netlink.Messages;
using Overlay.Netlink.Sockets;

namespace Overlay.Netlink.Monitors;

/// <summary>Listens to netlink groups without a thread of its own: the runtime's event loop waits for the descriptor.</summary>
internal sealed class MulticastSocket : IDisposable
{
    private const int ReceiveBytes = 64 * 1024;

    private readonly NetlinkSocket netlink;
    private readonly Socket socket;

    private MulticastSocket(NetlinkSocket netlink)
    {
        this.netlink = netlink;

        // The descriptor stays the NetlinkSocket's; the Socket only borrows it.
        socket = new Socket(new SafeSocketHandle(netlink.File.Number, ownsHandle: false));
    }

    /// <summary>Turns a message into an event, or says null where it is none of interest.</summary>
    internal delegate T? Parser<T>(NetlinkMessage message)
        where T : class;

    /// <summary>Opens a socket that hears these groups from now on.</summary>
    internal static MulticastSocket Open(int protocol, NetworkNamespace? inside, int bufferBytes, Action<NetlinkSocket>? prepare, params ReadOnlySpan<uint> groups)
    {
        var opened = inside is null ? NetlinkSocket.Open(protocol, bufferBytes) : inside.Run(() => NetlinkSocket.Open(protocol, bufferBytes));
        try
        {
            prepare?.Invoke(opened);
            foreach (var group in groups)
            {
                opened.Join(group);
            }

            return new MulticastSocket(opened);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>All events from the opening on. Where the buffer overflowed in between, one <paramref name="overrun"/> stands for what was lost.</summary>
    internal async IAsyncEnumerable<T> ReadAsync<T>(Parser<T> parse, T overrun, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        var buffer = new byte[ReceiveBytes];
        var events = new List<T>();
        while (true)
        {
            var length = await ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
            events.Clear();
            if (length < 0)
            {
                events.Add(overrun);
            }
            else
            {
                Parse(buffer.AsSpan(0, length), parse, events);
            }

            foreach (var item in events)
            {
                yield return item;
            }
        }
    }

    public void Dispose()
    {
        socket.Dispose();
        netlink.Dispose();
    }

    /// <summary>The datagram's length; -1 if messages were lost (ENOBUFS is reported once, instead of a datagram).</summary>
    private async ValueTask<int> ReceiveAsync(byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.NoBufferSpaceAvailable)
        {
            DiscardWaiting(buffer);
            return -1;
        }
    }

    /// <summary>
    /// A congested socket drops what comes until its queue is empty, and reports that only once. So the overrun is told when all that waited is
    /// thrown away: whoever then looks at everything anew misses nothing.
    /// </summary>
    private void DiscardWaiting(byte[] buffer)
    {
        while (netlink.Receive(buffer, wait: false) is >= 0 or -(int)Errno.ENOBUFS)
        {
        }
    }

    private static void Parse<T>(ReadOnlySpan<byte> datagram, Parser<T> parse, List<T> events)
        where T : class
    {
        while (NetlinkMessage.TryTake(ref datagram, out var message))
        {
            if (parse(message) is { } item)
            {
                events.Add(item);
            }
        }
    }
}
