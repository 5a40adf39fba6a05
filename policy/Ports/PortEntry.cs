namespace Overlay.Policy;

/// <summary>Some ports, and the rules that decide them.</summary>
/// <param name="Protocol">The protocol; null: all there are, ICMP included (then <paramref name="Ports"/> is <see cref="PortRange.Whole"/>).</param>
/// <param name="Ports">The ports of that protocol; <see cref="PortRange.Whole"/>: all of them.</param>
/// <param name="Because">The rules.</param>
internal readonly record struct PortEntry(IpProtocol? Protocol, PortRange Ports, Reasons Because)
{
    /// <summary>Every protocol and port.</summary>
    public static PortEntry All(Reasons because) => new(null, PortRange.Whole, because);

    /// <summary>The ports as grants have them: null for all.</summary>
    public PortRange? PortsOrAll => Ports == PortRange.Whole ? null : Ports;

    /// <summary>Whether it covers a packet.</summary>
    public bool Covers(IpProtocol protocol, ushort port) => Protocol is null || (Protocol == protocol && Ports.Contains(port));
}
