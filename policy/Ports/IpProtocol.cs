using Overlay.Api.Policies;

namespace Overlay.Policy;

/// <summary>The protocols that verdicts tell apart, by their numbers in the IP header (IANA); all the rest is one.</summary>
public enum IpProtocol : byte
{
    /// <summary>ICMP; its "ports" are type and code, as <see cref="IpProtocols.IcmpKey"/> joins them.</summary>
    ICMP = 1,

    /// <summary>TCP.</summary>
    TCP = 6,

    /// <summary>UDP.</summary>
    UDP = 17,

    /// <summary>ICMPv6; its "ports" are type and code, as <see cref="IpProtocols.IcmpKey"/> joins them.</summary>
    ICMPv6 = 58,

    /// <summary>SCTP.</summary>
    SCTP = 132,

    /// <summary>Every other protocol (255 is reserved and on no packet): allowed or denied as a whole.</summary>
    Other = 255,
}

/// <summary>Protocols by number and by the names that policies use.</summary>
public static class IpProtocols
{
    /// <summary>Every value of <see cref="IpProtocol"/>, in the order of their numbers.</summary>
    public static IReadOnlyList<IpProtocol> All { get; } = [IpProtocol.ICMP, IpProtocol.TCP, IpProtocol.UDP, IpProtocol.ICMPv6, IpProtocol.SCTP, IpProtocol.Other];

    /// <summary>The protocol of an IP header's number.</summary>
    /// <param name="number">The number.</param>
    public static IpProtocol FromNumber(byte number) => number is 1 or 6 or 17 or 58 or 132 ? (IpProtocol)number : IpProtocol.Other;

    /// <summary>The number in the IP header; 255 for <see cref="IpProtocol.Other"/>, which has none of its own.</summary>
    /// <param name="protocol">The protocol.</param>
    public static byte Number(this IpProtocol protocol) => (byte)protocol;

    /// <summary>Whether its packets have ports.</summary>
    /// <param name="protocol">The protocol.</param>
    public static bool HasPorts(this IpProtocol protocol) => protocol is IpProtocol.TCP or IpProtocol.UDP or IpProtocol.SCTP;

    /// <summary>Whether its packets have a type and a code.</summary>
    /// <param name="protocol">The protocol.</param>
    public static bool IsIcmp(this IpProtocol protocol) => protocol is IpProtocol.ICMP or IpProtocol.ICMPv6;

    /// <summary>The protocol that a policy names.</summary>
    /// <param name="protocol">What the policy says; must be one of its defined values.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is none of them.</exception>
    public static IpProtocol ToIp(this PortProtocol protocol) =>
        protocol switch
        {
            PortProtocol.TCP => IpProtocol.TCP,
            PortProtocol.UDP => IpProtocol.UDP,
            PortProtocol.SCTP => IpProtocol.SCTP,
            PortProtocol.ICMP => IpProtocol.ICMP,
            PortProtocol.ICMPv6 => IpProtocol.ICMPv6,
            _ => throw new ArgumentOutOfRangeException(nameof(protocol), protocol, "A policy's protocol is TCP, UDP, SCTP, ICMP or ICMPv6."),
        };

    /// <summary>Type and code as one number that stands where other protocols have their port: the first two bytes of an ICMP header (RFC 792).</summary>
    /// <param name="type">The message's type.</param>
    /// <param name="code">The code within it.</param>
    public static ushort IcmpKey(byte type, byte code) => (ushort)((type << 8) | code);
}
