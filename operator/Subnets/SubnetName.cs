using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Overlay.Operator.Subnets;

/// <summary>The name of a Subnet object: its CIDR, written so that a block has one name and a name is a valid object name.</summary>
internal static class SubnetName
{
    /// <summary>As <c>10.255.2.0-24</c>; IPv6: eight four-digit groups joined by <c>-</c>, then the length.</summary>
    public static string Of(IPNetwork block)
    {
        if (block.BaseAddress.AddressFamily == AddressFamily.InterNetwork)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{block.BaseAddress}-{block.PrefixLength}");
        }

        var digits = Convert.ToHexStringLower(block.BaseAddress.GetAddressBytes());
        var groups = Enumerable.Range(0, 8).Select(i => digits.Substring(4 * i, 4));
        return string.Create(CultureInfo.InvariantCulture, $"{string.Join('-', groups)}-{block.PrefixLength}");
    }
}
