using Overlay.Netlink.Addresses;
using Overlay.Netlink.Fdb;
using Overlay.Netlink.Links;
using Overlay.Netlink.Messages;
using Overlay.Netlink.Monitors;
using Overlay.Netlink.Neighbours;
using Overlay.Netlink.Routes;
using Overlay.Netlink.Sockets;

namespace Overlay.Netlink;

/// <summary>
/// Tells what happens to a namespace's links, addresses, routes, neighbours and forwarding entries, whoever does it. Everything since
/// <see cref="Open"/> is told, so: open, then list, then read.
/// </summary>
public sealed class NetworkMonitor : IDisposable
{
    private const int DefaultBufferBytes = 4 * 1024 * 1024;

    /// <summary>RTNLGRP_LINK, _NEIGH, _IPV4_IFADDR, _IPV4_ROUTE, _IPV6_IFADDR, _IPV6_ROUTE.</summary>
    private static ReadOnlySpan<uint> Groups => [1, 3, 5, 7, 9, 11];

    private readonly MulticastSocket socket;

    private NetworkMonitor(MulticastSocket socket) => this.socket = socket;

    /// <summary>Begins to listen.</summary>
    /// <param name="inside">The namespace to listen in; null: this process' own.</param>
    /// <param name="bufferBytes">How many bytes of events may wait to be read.</param>
    public static NetworkMonitor Open(NetworkNamespace? inside = null, int bufferBytes = DefaultBufferBytes) =>
        new(MulticastSocket.Open(NetlinkSocket.ProtocolRoute, inside, bufferBytes, prepare: null, Groups));

    /// <summary>The events, in order, until cancelled. One reader at a time.</summary>
    public IAsyncEnumerable<NetworkEvent> ReadAsync(CancellationToken cancellationToken) =>
        socket.ReadAsync(Parse, new NetworkEvent.Overrun(), cancellationToken);

    /// <inheritdoc />
    public void Dispose() => socket.Dispose();

    private static NetworkEvent? Parse(NetlinkMessage message)
    {
        // Odd numbers of a group of four (RTM_DEL...) tell of removals.
        var removed = (message.Type & 3) == 1;
        switch (message.Type)
        {
            case RouteMessageType.NewLink or RouteMessageType.DeleteLink:
                // A bridge tells of its ports by the same message in a family of its own: not the link itself.
                return message.Payload[0] == Family.Unspecified && LinkParser.Parse(message) is { } link ? new NetworkEvent.OfLink(link, removed) : null;
            case RouteMessageType.NewAddress or RouteMessageType.DeleteAddress:
                return AddressMessages.Parse(message) is { } address ? new NetworkEvent.OfAddress(address, removed) : null;
            case RouteMessageType.NewRoute or RouteMessageType.DeleteRoute:
                return RouteMessages.Parse(message) is { } route ? new NetworkEvent.OfRoute(route, removed) : null;
            case RouteMessageType.NewNeighbour or RouteMessageType.DeleteNeighbour:
                return NeighbourMessages.Parse(message) is { } neighbour ? new NetworkEvent.OfNeighbour(neighbour, removed)
                    : ForwardingMessages.Parse(message) is { } entry ? new NetworkEvent.OfForwardingEntry(entry, removed)
                    : null;
            default:
                return null;
        }
    }
}
