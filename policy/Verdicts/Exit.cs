namespace Overlay.Policy;

/// <summary>One thing that a confined local workload may reach outside the overlay.</summary>
/// <param name="Protocol">The protocol; null: every protocol, ICMP included (then <paramref name="Ports"/> is null too).</param>
/// <param name="Ports">The ports, or types and codes of ICMP; null: all of the protocol. Ranges of one protocol and of addresses that meet never overlap or touch.</param>
/// <param name="Because">The rules that allow it.</param>
public readonly record struct Exit(IpProtocol? Protocol, PortRange? Ports, Reasons Because)
{
    /// <summary>The destinations, after address translation; null: all. Ranges of one workload are the same, or don't meet.</summary>
    public AddressRange? Addresses { get; init; }

    /// <summary>As <c>UDP 53: shop/dns egress[0]</c> or <c>10.0.0.0-10.255.255.255 all: shop/dns egress[1]</c>.</summary>
    public override string ToString() => $"{(Addresses is { } range ? $"{range} " : "")}{PortText.Of(Protocol, Ports)}: {Because}";
}
