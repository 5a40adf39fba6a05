using System.Globalization;
using System.Net;

namespace Overlay.Netlink.Conntrack;

/// <summary>One direction of a connection.</summary>
/// <param name="Source">Where its packets come from.</param>
/// <param name="Destination">Where they go.</param>
/// <param name="Protocol">The IP protocol's number: 6 TCP, 17 UDP, 1 ICMP, 58 ICMPv6.</param>
public sealed record ConnectionTuple(IPAddress Source, IPAddress Destination, byte Protocol)
{
    /// <summary>The source port; 0 where the protocol has none.</summary>
    public ushort SourcePort { get; init; }

    /// <summary>The destination port; 0 where the protocol has none.</summary>
    public ushort DestinationPort { get; init; }

    /// <summary>ICMP's id; 0 elsewhere.</summary>
    public ushort IcmpId { get; init; }

    /// <summary>ICMP's type; 0 elsewhere.</summary>
    public byte IcmpType { get; init; }

    /// <summary>ICMP's code; 0 elsewhere.</summary>
    public byte IcmpCode { get; init; }

    /// <summary>As <c>6 10.255.1.4:40000 -> 10.255.2.7:80</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Protocol} {new IPEndPoint(Source, SourcePort)} -> {new IPEndPoint(Destination, DestinationPort)}");
}
