using System.Globalization;
using System.Net;

namespace Overlay.Netlink;

/// <summary>An address on a device.</summary>
/// <param name="Link">The device.</param>
/// <param name="Address">The address, host bits included.</param>
/// <param name="PrefixLength">How many bits of it are the network's; all of them make no connected route.</param>
public sealed record InterfaceAddress(LinkIndex Link, IPAddress Address, int PrefixLength)
{
    /// <summary>
    /// IPv6: skip duplicate address detection, so that the address serves at once (with it, some two seconds later). No meaning for IPv4.
    /// </summary>
    public bool NoDuplicateDetection { get; init; }

    /// <summary>Only valid on the link (fe80::, or IPv4 scope link).</summary>
    public bool LinkScope { get; init; }

    /// <summary>As <c>10.255.1.4/32 dev if5</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Address}/{PrefixLength} dev {Link}");
}
