using System.Net.Sockets;
using Overlay.Netlink.Addresses;
using Overlay.Netlink.Messages;

namespace Overlay.Netlink;

public sealed partial class RouteSocket
{
    /// <summary>Adds an address.</summary>
    /// <exception cref="NetlinkException">EEXIST: it is there already.</exception>
    public void AddAddress(InterfaceAddress address) => Apply(batch => batch.AddAddress(address));

    /// <summary>Adds an address or changes its properties.</summary>
    public void ReplaceAddress(InterfaceAddress address) => Apply(batch => batch.ReplaceAddress(address));

    /// <summary>Removes an address, if it is there.</summary>
    public void DeleteAddress(InterfaceAddress address) => Apply(batch => batch.DeleteAddress(address));

    /// <summary>The addresses of a device, or of all.</summary>
    /// <param name="link">The device; null: all.</param>
    /// <param name="family">IPv4 or IPv6; null: both.</param>
    public IReadOnlyList<InterfaceAddress> Addresses(LinkIndex? link = null, AddressFamily? family = null)
    {
        var list = new RequestList();
        list.Begin(RouteMessageType.GetAddress, MessageFlags.None, "list addresses of", link?.ToString() ?? "all links");
        AddressMessages.WriteFilter(list.Writer, Family.Of(family), link ?? LinkIndex.None);
        list.End();
        return connection.Dump(list, message => AddressMessages.Parse(message) is { } address && (link is null || address.Link == link) ? address : null);
    }
}
