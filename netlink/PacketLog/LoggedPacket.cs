using Overlay.Netlink.Conntrack;

namespace Overlay.Netlink.PacketLog;

/// <summary>A packet that a rule logged.</summary>
/// <param name="Prefix">What the rule says of it.</param>
/// <param name="Payload">The packet from its IP header on, cut to the range that was asked for.</param>
public sealed record LoggedPacket(string Prefix, ReadOnlyMemory<byte> Payload)
{
    /// <summary>The packet's mark; 0 when it has none.</summary>
    public uint Mark { get; init; }

    /// <summary>The interface that it came in by; null: it was made here.</summary>
    public LinkIndex? In { get; init; }

    /// <summary>The interface that it leaves by; null: it is not routed yet, or ends here.</summary>
    public LinkIndex? Out { get; init; }

    /// <summary>Its place in the listener's own count: a gap means that some were lost.</summary>
    public uint Sequence { get; init; }

    /// <summary>When the kernel received it; null: it did not note that.</summary>
    public DateTimeOffset? Received { get; init; }

    /// <summary>Its connection; null: it is not tracked, or the kernel does not tell (CONFIG_NETFILTER_NETLINK_GLUE_CT).</summary>
    public Connection? Connection { get; init; }
}
