using System.Net.NetworkInformation;
using System.Security.Cryptography;
using System.Text;

namespace Overlay.Operator.Subnets;

/// <summary>The MAC address of a node's VTEP, the same on every computation: peers know it before the node has come up.</summary>
internal static class VtepMac
{
    /// <summary>The first 48 bits of the SHA-256 of the node's UID, made a locally administered unicast address (IEEE 802: bit 1 set, bit 0 clear).</summary>
    /// <param name="nodeUid">The Node object's UID.</param>
    public static PhysicalAddress Of(string nodeUid)
    {
        var mac = SHA256.HashData(Encoding.UTF8.GetBytes(nodeUid))[..6];
        mac[0] = (byte)((mac[0] & 0xfc) | 0x02);
        return new PhysicalAddress(mac);
    }

    /// <summary>As the kernel's tools write it: <c>0e:12:34:56:78:9a</c>.</summary>
    public static string Text(PhysicalAddress mac) => string.Join(':', mac.GetAddressBytes().Select(b => Convert.ToHexStringLower([b])));
}
