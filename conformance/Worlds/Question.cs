using System.Net.Sockets;

namespace Overlay.Conformance.Worlds;

/// <summary>A question to a world: may this connection be?</summary>
/// <param name="From">A pod, the node <c>node</c>, or an address.</param>
/// <param name="To">A pod, the node <c>node</c>, or an address.</param>
/// <param name="Protocol">The protocol.</param>
/// <param name="Port">The port, or ICMP's type and code.</param>
/// <param name="Family">The family of the packets, where an end has addresses of both.</param>
public readonly record struct Question(string From, string To, IpProtocol Protocol, ushort Port, AddressFamily Family)
{
    /// <summary>For messages.</summary>
    public override string ToString() => $"{From} -> {To} {Protocol} {Port} {(Family == AddressFamily.InterNetwork ? "IPv4" : "IPv6")}";
}
