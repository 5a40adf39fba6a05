using Overlay.Netlink.Fdb;
using Overlay.Netlink.Messages;

namespace Overlay.Netlink;

public sealed partial class RouteBatch
{
    /// <summary>Adds a forwarding entry or changes the destination of the one for this MAC address.</summary>
    public RouteBatch ReplaceForwardingEntry(ForwardingEntry entry) =>
        Put(RouteMessageType.NewNeighbour, CreateOrReplace, "replace forwarding entry", entry, ForwardingMessages.Write);

    /// <summary>Removes a forwarding entry.</summary>
    public RouteBatch DeleteForwardingEntry(ForwardingEntry entry) =>
        Remove(RouteMessageType.DeleteNeighbour, "delete forwarding entry", entry, ForwardingMessages.Write);
}
