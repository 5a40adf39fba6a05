using System.Net;
using System.Net.Sockets;

namespace Overlay.NodeAgent.Pods;

/// <summary>The next hop of every pod's default route: nobody's address, answered by a permanent neighbour entry.</summary>
internal static class PodGateways
{
    /// <summary>Link-local (RFC 3927).</summary>
    public static readonly IPAddress V4 = new([169, 254, 0, 1]);

    /// <summary>Link-local (RFC 4291).</summary>
    public static readonly IPAddress V6 = IPAddress.Parse("fe80::1");

    /// <summary>The one of an address' family.</summary>
    public static IPAddress For(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? V4 : V6;
}
