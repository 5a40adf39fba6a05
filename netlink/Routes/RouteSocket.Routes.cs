using System.Net.Sockets;
using Overlay.Netlink.Messages;
using Overlay.Netlink.Routes;

namespace Overlay.Netlink;

public sealed partial class RouteSocket
{
    /// <summary>Adds a route.</summary>
    /// <exception cref="NetlinkException">EEXIST: the destination has one of this metric. ENETUNREACH: the gateway is not on the link.</exception>
    public void AddRoute(Route route) => Apply(batch => batch.AddRoute(route));

    /// <summary>Adds a route, or puts it in place of the one to the same destination with the same metric.</summary>
    public void ReplaceRoute(Route route) => Apply(batch => batch.ReplaceRoute(route));

    /// <summary>Removes a route, if it is there.</summary>
    public void DeleteRoute(Route route) => Apply(batch => batch.DeleteRoute(route));

    /// <summary>The routes of a table.</summary>
    /// <param name="family">IPv4 or IPv6; null: both.</param>
    /// <param name="table">The table; null: all.</param>
    /// <param name="protocol">Only those made by this; null: by anybody.</param>
    /// <param name="link">Only those out of this device; null: all.</param>
    /// <param name="except">None out of this device, which may have thousands: nothing is made of them.</param>
    public IReadOnlyList<Route> Routes(AddressFamily? family = null, int? table = Route.MainTable, RouteProtocol? protocol = null, LinkIndex? link = null, LinkIndex? except = null)
    {
        if (family is null)
        {
            return [.. Routes(AddressFamily.InterNetwork, table, protocol, link, except), .. Routes(AddressFamily.InterNetworkV6, table, protocol, link, except)];
        }

        var list = new RequestList();

        // A table that nobody has written to does not exist, and is as good as empty.
        list.Begin(RouteMessageType.GetRoute, MessageFlags.None, "list", "routes", missingIsFine: true);
        RouteMessages.WriteFilter(list.Writer, Family.Of(family), table, protocol, link);
        list.End();
        return connection.Dump(list, message =>
            (except is null || RouteMessages.LinkOf(message) != except) && RouteMessages.Parse(message) is { } route && Wanted(route, table, protocol, link) ? route : null);
    }

    // Asked again here: kernels before 4.20 ignore the filter.
    private static bool Wanted(Route route, int? table, RouteProtocol? protocol, LinkIndex? link) =>
        (table is null || route.Table == table) && (protocol is null || route.Protocol == protocol) && (link is null || route.Link == link);
}
