using System.Net.Sockets;
using Overlay.Netlink.Messages;
using Overlay.Netlink.Neighbours;

namespace Overlay.Netlink;

public sealed partial class RouteSocket
{
    /// <summary>Adds a neighbour or changes the one of this address.</summary>
    public void ReplaceNeighbour(Neighbour neighbour) => Apply(batch => batch.ReplaceNeighbour(neighbour));

    /// <summary>Removes a neighbour, if it is there.</summary>
    public void DeleteNeighbour(Neighbour neighbour) => Apply(batch => batch.DeleteNeighbour(neighbour));

    /// <summary>The neighbours on a device, or on all.</summary>
    /// <param name="link">The device; null: all.</param>
    /// <param name="family">IPv4 or IPv6; null: both.</param>
    /// <param name="except">None on this device, which may have thousands: nothing is made of them.</param>
    public IReadOnlyList<Neighbour> Neighbours(LinkIndex? link = null, AddressFamily? family = null, LinkIndex? except = null)
    {
        var list = new RequestList();
        list.Begin(RouteMessageType.GetNeighbour, MessageFlags.None, "list neighbours of", link?.ToString() ?? "all links");
        NeighbourMessages.WriteFilter(list.Writer, Family.Of(family), link);
        list.End();
        return connection.Dump(list, message =>
            (except is null || NeighbourMessages.LinkOf(message) != except) && NeighbourMessages.Parse(message) is { } neighbour && (link is null || neighbour.Link == link) ? neighbour : null);
    }
}
