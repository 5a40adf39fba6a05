using System.Globalization;

namespace Overlay.Api.Wire;

/// <summary>
/// The number of a workload as it travels in the GBP field of the VXLAN header (16 bits).
/// Part of the wire format: it can not change once nodes of two versions meet.
/// </summary>
/// <remarks>
/// 0 is unmarked (from outside, unknown), 1 a node, 2 a pod whose tag is not known yet; 3 to 15 are kept free;
/// 16 to 65535 are workloads. A node whose rules are iptables holds the tag in 13 bits, so 16 to 8191 are given out first.
/// </remarks>
/// <param name="Value">The number, 0 to 65535.</param>
public readonly record struct Tag(ushort Value) : IComparable<Tag>
{
    /// <summary>From outside the overlay, or unknown.</summary>
    public static readonly Tag Outside = new(0);

    /// <summary>A node itself (a process in the host's network namespace).</summary>
    public static readonly Tag Node = new(1);

    /// <summary>A pod of ours whose workload's tag is not known yet.</summary>
    public static readonly Tag UnknownPod = new(2);

    /// <summary>The lowest tag a workload can have.</summary>
    public static readonly Tag FirstWorkload = new(16);

    /// <summary>The highest tag that an iptables node can hold (13 bits).</summary>
    public static readonly Tag LastNarrow = new(8191);

    /// <summary>The highest tag of all.</summary>
    public static readonly Tag LastWorkload = new(65535);

    /// <summary>Whether this is a workload's tag (16 or above), not a reserved one.</summary>
    public bool IsWorkload => Value >= FirstWorkload.Value;

    /// <inheritdoc />
    public int CompareTo(Tag other) => Value.CompareTo(other.Value);

    /// <summary>The number in decimal digits.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Orders by number.</summary>
    public static bool operator <(Tag left, Tag right) => left.Value < right.Value;

    /// <summary>Orders by number.</summary>
    public static bool operator >(Tag left, Tag right) => left.Value > right.Value;

    /// <summary>Orders by number.</summary>
    public static bool operator <=(Tag left, Tag right) => left.Value <= right.Value;

    /// <summary>Orders by number.</summary>
    public static bool operator >=(Tag left, Tag right) => left.Value >= right.Value;
}
