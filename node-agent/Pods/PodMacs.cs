using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Overlay.NodeAgent.Addresses;

namespace Overlay.NodeAgent.Pods;

/// <summary>The hardware addresses of a veth pair, computed from the pod's address, as silk has them.</summary>
internal static class PodMacs
{
    /// <summary>The host's end: <c>aa:aa</c> and the IPv4 address.</summary>
    public static PhysicalAddress Host(IPAddress address) => Of(0xaa, address);

    /// <summary>The pod's end: <c>ee:ee</c> and the IPv4 address.</summary>
    public static PhysicalAddress Pod(IPAddress address) => Of(0xee, address);

    /// <remarks>0xaa and 0xee have the "locally administered" bit set and the "group" bit clear. An IPv6 address is hashed.</remarks>
    private static PhysicalAddress Of(byte first, IPAddress address)
    {
        var mac = new byte[6];
        mac[0] = mac[1] = first;
        if (address.AddressFamily == AddressFamily.InterNetwork)
            _ = address.TryWriteBytes(mac.AsSpan(2), out _);
        else
            BinaryPrimitives.WriteUInt32BigEndian(mac.AsSpan(2), (uint)Fnv.Of(address.ToString()));
        return new PhysicalAddress(mac);
    }
}
