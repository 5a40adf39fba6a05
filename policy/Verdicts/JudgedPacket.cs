using System.Net;
using System.Net.Sockets;

namespace Overlay.Policy;

/// <summary>What of a packet is judged besides its mark and its destination.</summary>
/// <param name="Protocol">The protocol.</param>
/// <param name="Port">The destination's port, or ICMP's type and code (<see cref="IpProtocols.IcmpKey"/>); ignored for other protocols.</param>
/// <param name="Address">The sender's address, or when it leaves the overlay the destination's; null: unknown, then it is in no range, and counts as IPv4.</param>
public readonly record struct JudgedPacket(IpProtocol Protocol, ushort Port, IPAddress? Address = null)
{
    /// <summary>The family of its addresses.</summary>
    public AddressFamily Family => Address?.AddressFamily ?? AddressFamily.InterNetwork;
}
