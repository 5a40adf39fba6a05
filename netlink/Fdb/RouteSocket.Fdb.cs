using Overlay.Netlink.Fdb;
using Overlay.Netlink.Messages;

namespace Overlay.Netlink;

public sealed partial class RouteSocket
{
    /// <summary>Adds a forwarding entry or changes the destination of the one for this MAC address.</summary>
    public void ReplaceForwardingEntry(ForwardingEntry entry) => Apply(batch => batch.ReplaceForwardingEntry(entry));

    /// <summary>Removes a forwarding entry, if it is there.</summary>
    public void DeleteForwardingEntry(ForwardingEntry entry) => Apply(batch => batch.DeleteForwardingEntry(entry));

    /// <summary>The forwarding entries of a VXLAN device.</summary>
    public IReadOnlyList<ForwardingEntry> ForwardingEntries(LinkIndex link)
    {
        var list = new RequestList();
        list.Begin(RouteMessageType.GetNeighbour, MessageFlags.None, "list forwarding entries of", link);
        ForwardingMessages.WriteFilter(list.Writer, link);
        list.End();
        return connection.Dump(list, message => ForwardingMessages.Parse(message) is { } entry && entry.Link == link ? entry : null);
    }
}
