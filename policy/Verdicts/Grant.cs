using Overlay.Api.Policies;

namespace Overlay.Policy;

/// <summary>One thing that a destination accepts.</summary>
/// <param name="Source">From whom.</param>
/// <param name="Flagged">
/// Whether it is for packets that carry the egress-isolated flag (mark bit I), or for those that don't. Each grant is for one of the
/// two, exactly. Only tags have flagged grants, and only where an egress rule of theirs allows it too.
/// </param>
/// <param name="Protocol">The protocol; null: every protocol, ICMP included (then <paramref name="Ports"/> is null too).</param>
/// <param name="Ports">The ports; null: all ports of the protocol. Ranges of one source, flag and protocol never overlap or touch.</param>
/// <param name="Because">The rules that allow it.</param>
public readonly record struct Grant(GrantSource Source, bool Flagged, PortProtocol? Protocol, PortRange? Ports, Reasons Because)
{
    /// <summary>As <c>tag 42 flagged TCP 80: shop/front ingress[0]</c>.</summary>
    public override string ToString() => $"{Source}{(Flagged ? " flagged" : "")} {PortText.Of(Protocol, Ports)}: {Because}";
}
