namespace Overlay.Api.Wire;

/// <summary>
/// The packet mark, and the connection mark, as an nftables node holds them between the veth and the VTEP:
/// the tag in bits 16-31, our flags in bits 8-11. Bits 12-15 and 0-7 are left to others
/// (kube-proxy owns 0x4000, older kubelets 0x8000, the portmap plugin 0x2000 by default).
/// </summary>
/// <remarks>
/// <code>
///  31                      16 15  12 11 10  9  8 7          0
/// +--------------------------+------+--+--+--+--+------------+
/// |          tag             |others|P |C |I |V |   others   |
/// +--------------------------+------+--+--+--+--+------------+
/// </code>
/// The tag moves to and from the low bits (<see cref="GbpMark"/>) only at the VTEP.
/// </remarks>
public static class NodeMark
{
    /// <summary>How far the tag is shifted.</summary>
    public const int TagShift = 16;

    /// <summary>The bits that hold the tag.</summary>
    public const uint TagMask = 0xffff_0000;

    /// <summary>V. On a packet: a reply vouched for by the replying pod's node. On a connection: judged and allowed.</summary>
    public const uint Vouched = 0x0000_0100;

    /// <summary>V on a connection: its client was judged here and allowed.</summary>
    public const uint Judged = Vouched;

    /// <summary>I: the sender's egress is isolated by a policy, only what is granted explicitly to its tag is allowed.</summary>
    public const uint EgressIsolated = 0x0000_0200;

    /// <summary>C, on a connection only: the judged client is the responder of conntrack's original direction
    /// (the server's own dropped packet came first).</summary>
    public const uint ClientIsResponder = 0x0000_0400;

    /// <summary>P: the sender is a pod with a workload's tag (16 or above), so "any pod" grants apply to it.</summary>
    public const uint AnyPod = 0x0000_0800;

    /// <summary>All bits that are ours.</summary>
    public const uint Mask = TagMask | Vouched | EgressIsolated | ClientIsResponder | AnyPod;

    /// <summary>The mark of a packet that a pod with this tag sends.</summary>
    /// <param name="tag">The tag of the pod's workload.</param>
    /// <param name="egressIsolated">Whether any policy isolates the pod's egress.</param>
    public static uint Of(Tag tag, bool egressIsolated) =>
        ((uint)tag.Value << TagShift) | (egressIsolated ? EgressIsolated : 0) | (tag.IsWorkload ? AnyPod : 0);

    /// <summary>The tag in a packet's or connection's mark.</summary>
    /// <param name="mark">The mark, others' bits included.</param>
    public static Tag TagOf(uint mark) => new((ushort)(mark >> TagShift));
}
