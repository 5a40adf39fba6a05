namespace Overlay.Api.Wire;

/// <summary>
/// The packet mark as the kernel's VXLAN device reads and writes it: group id in bits 0-15, two flags above.
/// </summary>
/// <remarks>
/// <code>
///  31           23 22 21 20 19 18  16 15                    0
/// +---------------+--+-----+--+------+-----------------------+
/// |       0       |D |  0  |A |  0   |  group id = tag       |
/// +---------------+--+-----+--+------+-----------------------+
/// </code>
/// draft-smith-vxlan-group-policy section 2.1; the bit numbers are the kernel's VXLAN_GBP_* (include/net/vxlan.h).
/// </remarks>
public static class GbpMark
{
    /// <summary>The group id, that is the tag.</summary>
    public const uint TagMask = 0x0000_ffff;

    /// <summary>"Policy applied" (A): the sender's node vouches that this is a reply of a connection it judged.</summary>
    public const uint Vouched = 0x0008_0000;

    /// <summary>"Don't learn" (D), unused by a nolearning device: the sender's egress is isolated by a policy.</summary>
    public const uint EgressIsolated = 0x0040_0000;

    /// <summary>All that is ours on the wire.</summary>
    public const uint Mask = TagMask | Vouched | EgressIsolated;
}
