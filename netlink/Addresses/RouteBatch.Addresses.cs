using Overlay.Netlink.Addresses;
using Overlay.Netlink.Messages;

namespace Overlay.Netlink;

public sealed partial class RouteBatch
{
    /// <summary>Adds an address; refused (EEXIST) if it is there.</summary>
    public RouteBatch AddAddress(InterfaceAddress address) => Put(RouteMessageType.NewAddress, CreateNew, "add address", address, AddressMessages.Write);

    /// <summary>Adds an address or changes its properties.</summary>
    public RouteBatch ReplaceAddress(InterfaceAddress address) => Put(RouteMessageType.NewAddress, CreateOrReplace, "replace address", address, AddressMessages.Write);

    /// <summary>Removes an address.</summary>
    public RouteBatch DeleteAddress(InterfaceAddress address) => Remove(RouteMessageType.DeleteAddress, "delete address", address, AddressMessages.Write);
}
