using System.Net;

namespace Overlay.Netlink;

/// <summary>What makes a VXLAN device what it is. All of it is fixed at creation, save learning and the lifetime.</summary>
public sealed record VxlanAttributes
{
    /// <summary>VXLAN's port of RFC 7348.</summary>
    public const ushort StandardPort = 4789;

    /// <summary>The network identifier, 24 bits.</summary>
    public required uint Vni { get; init; }

    /// <summary>The underlay address it sends from; its family is the underlay's. Null: the route decides.</summary>
    public IPAddress? Local { get; init; }

    /// <summary>The UDP port it listens on and sends to.</summary>
    public ushort Port { get; init; } = StandardPort;

    /// <summary>Whether it learns who is where from what arrives. Off: only written forwarding entries count.</summary>
    public bool Learning { get; init; }

    /// <summary>Whether the packet's mark travels in the header (the Group Based Policy extension).</summary>
    public bool GroupBasedPolicy { get; init; } = true;

    /// <summary>The outer packet's time to live; 0: the kernel's default.</summary>
    public byte TimeToLive { get; init; }

    /// <summary>Whether outer IPv4 packets carry a UDP checksum (the kernel's default is no).</summary>
    public bool UdpChecksum { get; init; }

    /// <summary>Whether outer IPv6 packets are sent without a UDP checksum (RFC 6935).</summary>
    public bool UdpZeroChecksum6Transmit { get; init; }

    /// <summary>Whether outer IPv6 packets without a UDP checksum are taken.</summary>
    public bool UdpZeroChecksum6Receive { get; init; }

    /// <summary>The underlay device it is bound to, or <see cref="LinkIndex.None"/>. If that device goes, this one goes.</summary>
    public LinkIndex Underlay { get; init; }
}
