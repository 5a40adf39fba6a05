using Overlay.Api.Policies;

namespace Overlay.Policy;

/// <summary>One thing that an egress-isolated local workload may reach outside the overlay.</summary>
/// <param name="Protocol">The protocol; null: every protocol, ICMP included (then <paramref name="Ports"/> is null too).</param>
/// <param name="Ports">The ports; null: all ports of the protocol. Ranges of one protocol never overlap or touch.</param>
/// <param name="Because">The rules that allow it.</param>
public readonly record struct Exit(PortProtocol? Protocol, PortRange? Ports, Reasons Because)
{
    /// <summary>As <c>UDP 53: shop/dns egress[0]</c>.</summary>
    public override string ToString() => $"{PortText.Of(Protocol, Ports)}: {Because}";
}
