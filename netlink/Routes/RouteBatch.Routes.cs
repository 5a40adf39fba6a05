using Overlay.Netlink.Messages;
using Overlay.Netlink.Routes;

namespace Overlay.Netlink;

public sealed partial class RouteBatch
{
    /// <summary>Adds a route; refused (EEXIST) if the destination has one of this metric.</summary>
    public RouteBatch AddRoute(Route route) => WriteRoute(RouteMessageType.NewRoute, CreateNew, "add route", route);

    /// <summary>Adds a route, or puts it in place of the one to the same destination with the same metric.</summary>
    public RouteBatch ReplaceRoute(Route route) => WriteRoute(RouteMessageType.NewRoute, CreateOrReplace, "replace route", route);

    /// <summary>Removes a route.</summary>
    public RouteBatch DeleteRoute(Route route) => WriteRoute(RouteMessageType.DeleteRoute, MessageFlags.None, "delete route", route);

    private RouteBatch WriteRoute(ushort type, MessageFlags flags, string operation, Route route)
    {
        ArgumentNullException.ThrowIfNull(route);
        var delete = type == RouteMessageType.DeleteRoute;
        Requests.Begin(type, flags, operation, route, missingIsFine: delete);
        RouteMessages.Write(Requests.Writer, route, delete);
        return Done();
    }
}
