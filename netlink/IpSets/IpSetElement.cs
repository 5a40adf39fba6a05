using System.Net;
using System.Net.Sockets;

namespace Overlay.Netlink.IpSets;

/// <summary>One element of an ipset: addresses, where the set's type has one a device, and what goes beside them.</summary>
/// <param name="Addresses">The addresses; one of them: a prefix of full length.</param>
/// <param name="Device">The device (types with <c>iface</c>), else null.</param>
/// <param name="Mark">The mark that <c>SET --map-mark</c> gives (sets with <c>skbinfo</c>), with its mask in the lower half; null: none.</param>
/// <param name="Comment">For people, at most 255 bytes (sets with <c>comment</c>).</param>
public sealed record IpSetElement(IPNetwork Addresses, string? Device = null, ulong? Mark = null, string Comment = "")
{
    /// <summary>An element of one address.</summary>
    public static IpSetElement Of(IPAddress address, string? device = null, ulong? mark = null, string comment = "")
    {
        ArgumentNullException.ThrowIfNull(address);
        return new IpSetElement(new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128), device, mark, comment);
    }

    /// <summary>What makes it this element and no other: a set has it once.</summary>
    public (IPNetwork Addresses, string? Device) Identity => (Addresses, Device);

    /// <summary>As ipset writes it.</summary>
    public override string ToString() => Device is null ? $"{Addresses}" : $"{Addresses},{Device}";
}
