using Overlay.Netlink.Links;
using Overlay.Netlink.Messages;

namespace Overlay.Netlink;

public sealed partial class RouteSocket
{
    /// <summary>Creates a veth pair.</summary>
    /// <returns>The near end.</returns>
    /// <exception cref="NetlinkException">EEXIST: one of the names is taken.</exception>
    public Link CreateVeth(VethPair pair)
    {
        Apply(batch => batch.CreateVeth(pair));
        return RequireLink(pair.Name);
    }

    /// <summary>Creates a VXLAN device.</summary>
    /// <exception cref="NetlinkException">EEXIST: the name is taken, or another device has this id on this port. EADDRINUSE: the port is taken.</exception>
    public Link CreateVxlan(VxlanDevice device)
    {
        Apply(batch => batch.CreateVxlan(device));
        return RequireLink(device.Name);
    }

    /// <summary>Creates a bridge.</summary>
    public Link CreateBridge(BridgeDevice device)
    {
        Apply(batch => batch.CreateBridge(device));
        return RequireLink(device.Name);
    }

    /// <summary>Creates an ifb device.</summary>
    public Link CreateIfb(IfbDevice device)
    {
        Apply(batch => batch.CreateIfb(device));
        return RequireLink(device.Name);
    }

    /// <summary>Changes a device.</summary>
    public void ChangeLink(LinkIndex index, LinkChange change) => Apply(batch => batch.ChangeLink(index, change));

    /// <summary>Sets a device up.</summary>
    public void SetUp(LinkIndex index) => ChangeLink(index, new LinkChange { Up = true });

    /// <summary>Sets a device down. Its routes and permanent neighbours vanish.</summary>
    public void SetDown(LinkIndex index) => ChangeLink(index, new LinkChange { Up = false });

    /// <summary>Moves a device to another interface group.</summary>
    public void SetGroup(LinkIndex index, uint group) => ChangeLink(index, new LinkChange { Group = group });

    /// <summary>Deletes a device, if it is there; a veth's other end goes with it.</summary>
    public void DeleteLink(LinkIndex index) => Apply(batch => batch.DeleteLink(index));

    /// <summary>Deletes a device by its name.</summary>
    /// <returns>False if there was none.</returns>
    public bool DeleteLink(string name)
    {
        if (GetLink(name) is not { } link)
        {
            return false;
        }

        DeleteLink(link.Index);
        return true;
    }

    /// <summary>The device of this name, or null.</summary>
    public Link? GetLink(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var list = new RequestList();
        list.Begin(RouteMessageType.GetLink, MessageFlags.None, "get link", name);
        LinkMessages.WriteHeader(list.Writer, LinkIndex.None);
        LinkMessages.WriteName(list.Writer, name);
        list.End();
        return connection.Get(list, LinkParser.Parse);
    }

    /// <summary>The device of this number, or null.</summary>
    public Link? GetLink(LinkIndex index)
    {
        var list = new RequestList();
        list.Begin(RouteMessageType.GetLink, MessageFlags.None, "get link", index);
        LinkMessages.WriteHeader(list.Writer, index);
        list.End();
        return connection.Get(list, LinkParser.Parse);
    }

    /// <summary>All devices; without their statistics (<see cref="Link.SentPackets"/> is 0), which the kernel would add up over all processors.</summary>
    public IReadOnlyList<Link> Links()
    {
        var list = new RequestList();
        list.Begin(RouteMessageType.GetLink, MessageFlags.None, "list", "links");
        LinkMessages.WriteHeader(list.Writer, LinkIndex.None);
        list.Writer.U32(LinkAttribute.ExtendedMask, LinkMessages.SkipStatistics);
        list.End();
        return connection.Dump(list, LinkParser.Parse);
    }

    /// <summary>The devices' groups, kept by the kernel's events: for who looks often where little changes.</summary>
    public LinkGroups KeepGroups() => LinkGroups.Open(Links, inside);

    private Link RequireLink(string name) =>
        GetLink(name) ?? throw new NetlinkException("find the link just created:", name, Errno.ENODEV, "somebody removed or renamed it meanwhile");
}
