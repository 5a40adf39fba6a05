using System.Net;
using System.Net.Sockets;

namespace Overlay.Netlink.Messages;

/// <summary>Address families as the kernel numbers them; .NET's numbers differ for IPv6.</summary>
internal static class Family
{
    internal const byte Unspecified = 0;
    internal const byte IPv4 = 2;
    internal const byte Bridge = 7;
    internal const byte IPv6 = 10;

    internal static byte Of(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? IPv4 : IPv6;

    /// <summary>The kernel's number, 0 for "any".</summary>
    internal static byte Of(AddressFamily? family) => family switch
    {
        null => Unspecified,
        AddressFamily.InterNetwork => IPv4,
        AddressFamily.InterNetworkV6 => IPv6,
        _ => throw new ArgumentOutOfRangeException(nameof(family), family, "Only IPv4 and IPv6 are known here."),
    };

    /// <summary>The address with all bits zero.</summary>
    internal static IPAddress Any(byte family) => family == IPv4 ? IPAddress.Any : IPAddress.IPv6Any;
}
