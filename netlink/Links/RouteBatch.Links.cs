using Overlay.Netlink.Links;
using Overlay.Netlink.Messages;

namespace Overlay.Netlink;

public sealed partial class RouteBatch
{
    private const MessageFlags CreateNew = MessageFlags.Create | MessageFlags.Exclusive;
    private const MessageFlags CreateOrReplace = MessageFlags.Create | MessageFlags.Replace;

    /// <summary>Creates a veth pair.</summary>
    public RouteBatch CreateVeth(VethPair pair)
    {
        ArgumentNullException.ThrowIfNull(pair);
        Requests.Begin(RouteMessageType.NewLink, CreateNew, "create veth pair", pair);
        LinkMessages.WriteVeth(Requests.Writer, pair);
        return Done();
    }

    /// <summary>Creates a VXLAN device.</summary>
    public RouteBatch CreateVxlan(VxlanDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        Requests.Begin(RouteMessageType.NewLink, CreateNew, "create", device);
        LinkMessages.WriteVxlan(Requests.Writer, device);
        return Done();
    }

    /// <summary>Creates a bridge.</summary>
    public RouteBatch CreateBridge(BridgeDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        Requests.Begin(RouteMessageType.NewLink, CreateNew, "create", device);
        LinkMessages.WriteBridge(Requests.Writer, device);
        return Done();
    }

    /// <summary>Changes a device.</summary>
    public RouteBatch ChangeLink(LinkIndex index, LinkChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        Requests.Begin(RouteMessageType.NewLink, MessageFlags.None, "change link", $"{index}: {change}");
        LinkMessages.WriteChange(Requests.Writer, index, change);
        return Done();
    }

    /// <summary>Deletes a device; a veth's other end goes with it.</summary>
    public RouteBatch DeleteLink(LinkIndex index)
    {
        Requests.Begin(RouteMessageType.DeleteLink, MessageFlags.None, "delete link", index, missingIsFine: true);
        LinkMessages.WriteHeader(Requests.Writer, index);
        return Done();
    }

    private RouteBatch Done()
    {
        Requests.End();
        return this;
    }
}
