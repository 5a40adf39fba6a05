using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Overlay.Policy;

namespace Overlay.NodeAgent.Ports;

/// <summary>A port of this node that leads to a port of a pod: one entry of CNI's <c>portMappings</c>, Kubernetes' <c>hostPort</c>.</summary>
/// <param name="HostAddress">
/// The node's address that it is on; <see cref="IPAddress.Any"/> or <see cref="IPAddress.IPv6Any"/>: every address of that family; null: of both families.
/// Never an IPv4 address written as IPv6.
/// </param>
/// <param name="Protocol">TCP, UDP or SCTP.</param>
/// <param name="HostPort">The node's port.</param>
/// <param name="PodPort">The pod's port.</param>
public sealed record PortMapping(IPAddress? HostAddress, IpProtocol Protocol, ushort HostPort, ushort PodPort)
{
    /// <summary>Whether it is on every address of the node, of one family or both.</summary>
    public bool IsOnEveryAddress => HostAddress is null || IsUnspecified(HostAddress);

    /// <summary>Whether it speaks of this family.</summary>
    /// <param name="family">IPv4 or IPv6.</param>
    public bool Concerns(AddressFamily family) => HostAddress is null || HostAddress.AddressFamily == family;

    /// <summary>Whether packets to an address of the node meet it.</summary>
    /// <param name="address">An address of the node.</param>
    public bool IsOn(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return Concerns(address.AddressFamily) && (IsOnEveryAddress || address.Equals(HostAddress));
    }

    /// <summary>Whether some packet would meet both.</summary>
    /// <param name="other">The other.</param>
    public bool Overlaps(PortMapping other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Protocol == other.Protocol
            && HostPort == other.HostPort
            && (HostAddress is null || other.HostAddress is null || HostAddress.AddressFamily == other.HostAddress.AddressFamily)
            && (IsOnEveryAddress || other.IsOnEveryAddress || HostAddress!.Equals(other.HostAddress));
    }

    /// <summary>Whether an address stands for every address.</summary>
    /// <param name="address">The address.</param>
    public static bool IsUnspecified(IPAddress address) => IPAddress.Any.Equals(address) || IPAddress.IPv6Any.Equals(address);

    /// <summary>As <c>TCP 192.0.2.1:8080 -> 80</c>; <c>*</c> for every address of both families.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Protocol} {(HostAddress is null ? $"*:{HostPort}" : new IPEndPoint(HostAddress, HostPort).ToString())} -> {PodPort}");
}
