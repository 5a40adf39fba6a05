using System.Net;
using Overlay.Api.Wire;
using Overlay.Policy;

namespace Overlay.NodeAgent.Tests.Rules.Differential;

/// <summary>What is judged of a packet between a pod and an address elsewhere.</summary>
/// <param name="Protocol">The number in the IP header.</param>
/// <param name="Port">The server's port, or ICMP's type and code.</param>
/// <param name="Elsewhere">The other address.</param>
/// <param name="Tag">The sender's tag, where the pod is the destination.</param>
/// <param name="Flagged">Whether it says that its sender's egress is isolated.</param>
internal sealed record RandomPacket(byte Protocol, ushort Port, IPAddress Elsewhere, Tag Tag, bool Flagged)
{
    /// <summary>What the table is asked.</summary>
    public JudgedPacket Judged => new(IpProtocols.FromNumber(Protocol), Port, Elsewhere);
}
