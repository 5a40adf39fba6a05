using Overlay.Api.Policies;

namespace Overlay.Policy;

/// <summary>The protocols with ports by their IANA numbers.</summary>
public static class PortProtocols
{
    /// <summary>The number in the IP header: TCP 6, UDP 17, SCTP 132.</summary>
    /// <param name="protocol">The protocol.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is none of the three.</exception>
    public static byte Number(this PortProtocol protocol) =>
        protocol switch
        {
            PortProtocol.TCP => 6,
            PortProtocol.UDP => 17,
            PortProtocol.SCTP => 132,
            _ => throw new ArgumentOutOfRangeException(nameof(protocol), protocol, "A protocol with ports is TCP, UDP or SCTP."),
        };

    /// <summary>The protocol of an IP header's number; null for those without ports, ICMP among them.</summary>
    /// <param name="number">The number.</param>
    public static PortProtocol? FromNumber(byte number) =>
        number switch
        {
            6 => PortProtocol.TCP,
            17 => PortProtocol.UDP,
            132 => PortProtocol.SCTP,
            _ => null,
        };
}
