using Overlay.Netlink.Links;
using Overlay.Netlink.Messages;

namespace Overlay.Netlink;

public sealed partial class RouteBatch
{
    /// <summary>Creates a veth pair.</summary>
    public RouteBatch CreateVeth(VethPair pair) => Put(RouteMessageType.NewLink, CreateNew, "create veth pair", pair, LinkMessages.WriteVeth);

    /// <summary>Creates a VXLAN device.</summary>
    public RouteBatch CreateVxlan(VxlanDevice device) => Put(RouteMessageType.NewLink, CreateNew, "create", device, LinkMessages.WriteVxlan);

    /// <summary>Creates a bridge.</summary>
    public RouteBatch CreateBridge(BridgeDevice device) => Put(RouteMessageType.NewLink, CreateNew, "create", device, LinkMessages.WriteBridge);

    /// <summary>Creates an ifb device.</summary>
    public RouteBatch CreateIfb(IfbDevice device) => Put(RouteMessageType.NewLink, CreateNew, "create", device, LinkMessages.WriteIfb);

    /// <summary>
    /// Changes a device. Before Linux 6.2 (bd039b5ea2a9, "net/core: Allow live renaming when an interface is up") only a device that is down takes
    /// a new name, and one message gives the name before it takes the device down: who asks for both gets two.
    /// </summary>
    public RouteBatch ChangeLink(LinkIndex index, LinkChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        if (change is { Up: false, Name: not null })
        {
            ChangeLink(index, new LinkChange { Up = false });
        }

        return Put(RouteMessageType.NewLink, MessageFlags.None, "change link", $"{index}: {change}", (writer, _) => LinkMessages.WriteChange(writer, index, change));
    }

    /// <summary>Deletes a device; a veth's other end goes with it.</summary>
    public RouteBatch DeleteLink(LinkIndex index) =>
        Remove(RouteMessageType.DeleteLink, "delete link", (object)index, (writer, _) => LinkMessages.WriteHeader(writer, index));

    /// <summary>
    /// Deletes every device of an interface group, whoever made it, in one step (kernel: rtnl_group_dellink in net/core/rtnetlink.c): however many they
    /// are, the kernel waits once until nobody uses them. Refused as a whole when one of them can not be deleted, as <c>lo</c> can not.
    /// </summary>
    /// <param name="group">Not 0, which is everybody's.</param>
    public RouteBatch DeleteLinks(uint group)
    {
        ArgumentOutOfRangeException.ThrowIfZero(group);
        return Remove(
            RouteMessageType.DeleteLink,
            "delete all links of group",
            (object)group,
            (writer, _) =>
            {
                LinkMessages.WriteHeader(writer, LinkIndex.None);
                writer.U32(LinkAttribute.Group, group);
            }
        );
    }
}
