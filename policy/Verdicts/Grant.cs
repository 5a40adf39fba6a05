using System.Net.Sockets;

namespace Overlay.Policy;

/// <summary>How a grant stands to the addresses that a destination allows and denies.</summary>
public enum GrantStanding
{
    /// <summary>Allowed, unless the destination denies the sender's address.</summary>
    Plain,

    /// <summary>Allowed, whatever the sender's address. Only destinations with denied addresses have such grants.</summary>
    Firm,

    /// <summary>Allowed where the destination allows the sender's address and does not deny it. Only destinations with allowed addresses have such grants.</summary>
    Conditional,
}

/// <summary>One thing that a destination accepts.</summary>
/// <param name="Source">From whom.</param>
/// <param name="Flagged">
/// Whether it is for packets that count as flagged (<see cref="VerdictTable"/> says when), or for those that don't. Each grant is for one of the two,
/// exactly. Only tags have flagged grants, and only where their egress rules allow it too.
/// </param>
/// <param name="Protocol">The protocol; null: every protocol, ICMP included (then <paramref name="Ports"/> is null too).</param>
/// <param name="Ports">The ports, or types and codes of ICMP; null: all of the protocol. Ranges of one source, flag, standing, family and protocol never overlap or touch.</param>
/// <param name="Because">The rules that allow it.</param>
public readonly record struct Grant(GrantSource Source, bool Flagged, IpProtocol? Protocol, PortRange? Ports, Reasons Because)
{
    /// <summary>How it stands to addresses.</summary>
    public GrantStanding Standing { get; init; }

    /// <summary>Only for packets of this family; null: for both. A dual-stack pod needs it, where a sender may reach the one of its addresses and not the other.</summary>
    public AddressFamily? Family { get; init; }

    /// <summary>As <c>tag 42 flagged TCP 80: shop/front ingress[0]</c>.</summary>
    public override string ToString()
    {
        var standing = Standing switch { GrantStanding.Firm => " firm", GrantStanding.Conditional => " by address", _ => "" };
        var family = Family switch { AddressFamily.InterNetwork => " IPv4", AddressFamily.InterNetworkV6 => " IPv6", _ => "" };
        return $"{Source}{(Flagged ? " flagged" : "")}{standing}{family} {PortText.Of(Protocol, Ports)}: {Because}";
    }
}
