using Overlay.Netlink.Messages;
using Overlay.Netlink.Routes;

namespace Overlay.Netlink;

public sealed partial class RouteBatch
{
    /// <summary>Adds a route; refused (EEXIST) if the destination has one of this metric.</summary>
    public RouteBatch AddRoute(Route route) => Put(RouteMessageType.NewRoute, CreateNew, "add route", route, RouteMessages.Write);

    /// <summary>Adds a route, or puts it in place of the one to the same destination with the same metric.</summary>
    public RouteBatch ReplaceRoute(Route route) => Put(RouteMessageType.NewRoute, CreateOrReplace, "replace route", route, RouteMessages.Write);

    /// <summary>Removes a route.</summary>
    public RouteBatch DeleteRoute(Route route) => Remove(RouteMessageType.DeleteRoute, "delete route", route, RouteMessages.WriteRemoval);
}
