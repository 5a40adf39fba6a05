using System.Buffers;
using Overlay.Netlink.Links;
using Overlay.Netlink.Messages;
using Overlay.Netlink.Sockets;

namespace Overlay.Netlink;

/// <summary>
/// The interface groups of a namespace's links, kept by the kernel's events: a look costs what has changed since the last one, not what there is.
/// Events of a change are queued before the change is acknowledged to whoever made it (kernel: rtmsg_ifinfo under the RTNL), so a look sees all that
/// was done before it. The kernel may leave unsaid what happens to a link that is down (net/core/dev.c, netdev_state_change): <see cref="ReadAnew"/> now and then.
/// Thread-safe.
/// </summary>
public sealed class LinkGroups : IDisposable
{
    private const int BufferBytes = 1024 * 1024;

    /// <summary>RTNLGRP_LINK.</summary>
    private const uint LinkEvents = 1;

    private readonly NetlinkSocket events;
    private readonly Func<IReadOnlyList<Link>> list;
    private readonly Dictionary<LinkIndex, GroupedLink> links = [];
    private readonly Lock turn = new();
    private bool isLost = true;

    private LinkGroups(NetlinkSocket events, Func<IReadOnlyList<Link>> list) => (this.events, this.list) = (events, list);

    /// <summary>Listens from now on.</summary>
    /// <param name="list">Lists the links of that namespace.</param>
    /// <param name="inside">The namespace; null: this process' own.</param>
    internal static LinkGroups Open(Func<IReadOnlyList<Link>> list, NetworkNamespace? inside)
    {
        var opened = inside is null ? NetlinkSocket.Open(NetlinkSocket.ProtocolRoute, BufferBytes) : inside.Run(() => NetlinkSocket.Open(NetlinkSocket.ProtocolRoute, BufferBytes));
        try
        {
            opened.Join(LinkEvents);
            return new LinkGroups(opened, list);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>The links, by what the kernel has told since the last look; all of them are listed where something it told was lost.</summary>
    public IReadOnlyCollection<GroupedLink> Read()
    {
        lock (turn)
        {
            TakeEvents();
            if (isLost)
            {
                List();
            }

            return [.. links.Values];
        }
    }

    /// <summary>The links, listed.</summary>
    public IReadOnlyCollection<GroupedLink> ReadAnew()
    {
        lock (turn)
        {
            // What has come until now is older than the list that follows; what comes meanwhile is taken at the next look, and ends as the list does or newer.
            TakeEvents();
            List();
            return [.. links.Values];
        }
    }

    /// <inheritdoc />
    public void Dispose() => events.Dispose();

    private void List()
    {
        links.Clear();
        foreach (var link in list())
        {
            links[link.Index] = new GroupedLink(link.Name, link.Group);
        }

        isLost = false;
    }

    private void TakeEvents()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            while (true)
            {
                var length = events.Receive(buffer, wait: false);
                if (length == -(int)Errno.EAGAIN)
                {
                    return;
                }

                // Too many at once (ENOBUFS), or a message that is longer than any should be: the next look lists.
                isLost |= length < 0 || length > buffer.Length;
                if (length < 0 && length != -(int)Errno.ENOBUFS)
                {
                    return;
                }

                if (!isLost)
                {
                    Take(buffer.AsSpan(0, length));
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Take(ReadOnlySpan<byte> datagram)
    {
        while (NetlinkMessage.TryTake(ref datagram, out var message))
        {
            // A bridge tells of its ports in a family of its own: that is not the link itself.
            if (message.Type is not (RouteMessageType.NewLink or RouteMessageType.DeleteLink) || message.Payload[0] != Family.Unspecified || LinkParser.Parse(message) is not { } link)
            {
                continue;
            }

            if (message.Type == RouteMessageType.DeleteLink)
            {
                links.Remove(link.Index);
            }
            else
            {
                links[link.Index] = new GroupedLink(link.Name, link.Group);
            }
        }
    }
}
