using Overlay.Netlink.Fdb;
using Overlay.Netlink.Messages;

namespace Overlay.Netlink;

public sealed partial class RouteBatch
{
    /// <summary>Adds a forwarding entry or changes the destination of the one for this MAC address.</summary>
    public RouteBatch ReplaceForwardingEntry(ForwardingEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        Requests.Begin(RouteMessageType.NewNeighbour, CreateOrReplace, "replace forwarding entry", entry);
        ForwardingMessages.Write(Requests.Writer, entry);
        return Done();
    }

    /// <summary>Removes a forwarding entry.</summary>
    public RouteBatch DeleteForwardingEntry(ForwardingEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        Requests.Begin(RouteMessageType.DeleteNeighbour, MessageFlags.None, "delete forwarding entry", entry, missingIsFine: true);
        ForwardingMessages.Write(Requests.Writer, entry);
        return Done();
    }
}
