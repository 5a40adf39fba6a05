namespace Overlay.Api.Wire;

/// <summary>
/// The packet mark as an iptables node holds it. iptables can not shift a packet's mark, so tag and flags stay where the VXLAN device reads and writes
/// them (<see cref="GbpMark"/>), and the tag has 13 bits: 13 to 15 are others' (the portmap plugin's 0x2000, kube-proxy's 0x4000, older kubelets'
/// 0x8000). A tag above 8191 is not known on such a node. Connections' marks are laid out as everywhere (<see cref="NodeMark"/>): CONNMARK can shift.
/// </summary>
/// <remarks>
/// <code>
///  31        23 22 21 20 19 18 17 16 15 14 13 12             0
/// +------------+--+--+--+--+--+--+--+--+--+--+----------------+
/// |   others   |I |O |C |V |K |X |F | others |      tag       |
/// +------------+--+--+--+--+--+--+--+--+--+--+----------------+
/// </code>
/// V and I as on the wire. C: handed to the VTEP by our forward rules.
/// F, X, K, O are notes that the judgement of one packet makes for itself; all four and C together: denied, to be rejected.
/// </remarks>
public static class NarrowMark
{
    /// <summary>The bits that hold the tag.</summary>
    public const uint TagMask = 0x0000_1fff;

    /// <summary>The tag's bits that are not all zero in a workload's tag (16 or above).</summary>
    public const uint WorkloadMask = 0x0000_1ff0;

    /// <summary>V: a reply vouched for.</summary>
    public const uint Vouched = GbpMark.Vouched;

    /// <summary>I: the sender's egress is isolated by a policy.</summary>
    public const uint EgressIsolated = GbpMark.EgressIsolated;

    /// <summary>C: it goes into the VTEP, and tag and flags are those it shall have on the wire.</summary>
    public const uint Forwarded = 0x0010_0000;

    /// <summary>F: the packet counts as flagged.</summary>
    public const uint Flagged = 0x0001_0000;

    /// <summary>X: its tag is particular to the destination.</summary>
    public const uint Particular = 0x0002_0000;

    /// <summary>K: its tag is a known one.</summary>
    public const uint Known = 0x0004_0000;

    /// <summary>O: its protocol is none that has a name in policies.</summary>
    public const uint OtherProtocol = 0x0020_0000;

    /// <summary>A packet that was denied and waits to be rejected.</summary>
    public const uint Denied = Flagged | Particular | Known | OtherProtocol | Forwarded;

    /// <summary>All bits that are ours.</summary>
    public const uint Mask = TagMask | EgressIsolated | Vouched | Denied;

    /// <summary>The highest bit below ours that travels in the VXLAN header, and those beside it: never ours to keep, must not enter the VTEP.</summary>
    public const uint OthersOnWire = GbpMark.TagMask & ~TagMask;

    /// <summary>The tag as such a node knows it: one above 8191 is that of a pod nobody knows.</summary>
    /// <param name="tag">The tag.</param>
    public static Tag Narrow(Tag tag) => tag > Tag.LastNarrow ? Tag.UnknownPod : tag;

    /// <summary>The mark of a packet that a pod with this tag sends.</summary>
    /// <param name="tag">The tag of the pod's workload.</param>
    /// <param name="egressIsolated">Whether any policy isolates the pod's egress.</param>
    public static uint Of(Tag tag, bool egressIsolated) => Narrow(tag).Value | (egressIsolated ? EgressIsolated : 0);

    /// <summary>The tag in a packet's mark.</summary>
    /// <param name="mark">The mark, others' bits included.</param>
    public static Tag TagOf(uint mark) => new((ushort)(mark & TagMask));
}
