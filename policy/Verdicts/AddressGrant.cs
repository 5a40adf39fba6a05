namespace Overlay.Policy;

/// <summary>Some senders' addresses that a destination allows, or denies, on some ports.</summary>
/// <param name="Addresses">The addresses, after address translation; a node's own address inside the overlay counts for the node.</param>
/// <param name="Protocol">The protocol; null: every protocol, ICMP included (then <paramref name="Ports"/> is null too).</param>
/// <param name="Ports">The ports, or types and codes of ICMP; null: all of the protocol.</param>
/// <param name="Because">The rules that say so.</param>
public readonly record struct AddressGrant(AddressRange Addresses, IpProtocol? Protocol, PortRange? Ports, Reasons Because)
{
    /// <summary>As <c>10.0.0.0-10.0.0.255 TCP 80: shop/front ingress[0]</c>.</summary>
    public override string ToString() => $"{Addresses} {PortText.Of(Protocol, Ports)}: {Because}";
}
