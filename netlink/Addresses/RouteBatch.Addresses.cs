using Overlay.Netlink.Addresses;
using Overlay.Netlink.Messages;

namespace Overlay.Netlink;

public sealed partial class RouteBatch
{
    /// <summary>Adds an address; refused (EEXIST) if it is there.</summary>
    public RouteBatch AddAddress(InterfaceAddress address) => WriteAddress(RouteMessageType.NewAddress, CreateNew, "add address", address);

    /// <summary>Adds an address or changes its properties.</summary>
    public RouteBatch ReplaceAddress(InterfaceAddress address) => WriteAddress(RouteMessageType.NewAddress, CreateOrReplace, "replace address", address);

    /// <summary>Removes an address.</summary>
    public RouteBatch DeleteAddress(InterfaceAddress address) => WriteAddress(RouteMessageType.DeleteAddress, MessageFlags.None, "delete address", address);

    private RouteBatch WriteAddress(ushort type, MessageFlags flags, string operation, InterfaceAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        Requests.Begin(type, flags, operation, address, missingIsFine: type == RouteMessageType.DeleteAddress);
        AddressMessages.Write(Requests.Writer, address);
        return Done();
    }
}
