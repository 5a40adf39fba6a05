namespace Overlay.NodeAgent.Rules.Nftables;

/// <summary>
/// What stands beside a tag or kind in the mark component of the sets' keys, in bits that are others' in a packet's mark and masked out by every rule:
/// so one set serves several questions, and the answer to one is never found when another is asked.
/// </summary>
internal static class KeyBits
{
    /// <summary>A kind's grant where some tags are judged otherwise: it is asked for when the sender is none of these.</summary>
    internal const uint AtLarge = 0x01;

    /// <summary>A grant that a denied address takes away.</summary>
    internal const uint UnlessDenied = 0x02;

    /// <summary>A grant that an address must be allowed for, and not denied.</summary>
    internal const uint IfAllowed = 0x04;

    /// <summary>With tag 2: what a tag may that nobody knows, to a wary workload.</summary>
    internal const uint Stranger = 0x08;

    /// <summary>The port is type and code of an ICMP message that is an answer.</summary>
    internal const uint IcmpReply = 0x10;

    /// <summary>The port is type and code of an ICMP message.</summary>
    internal const uint IcmpRequest = 0x20;

    /// <summary>Of an address: denied.</summary>
    internal const uint Denied = 0x01;

    /// <summary>Of an address: allowed.</summary>
    internal const uint Allowed = 0x02;

    /// <summary>Of an address: may be reached outside of the overlay.</summary>
    internal const uint Exit = 0x04;
}
