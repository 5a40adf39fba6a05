namespace Overlay.Policy;

/// <summary>Names a local workload: pods of one namespace with equal values for the label keys in force there, whom policies can't tell apart.</summary>
/// <param name="Namespace">The namespace.</param>
/// <param name="Labels">The values of the keys in force that the pods carry, sorted, as <c>app=front,tier=web</c>; empty for none.</param>
/// <param name="Variant">
/// What else some policy tells them by: their named ports and the blocks that hold their addresses, as <c>http=TCP/80 in 10.255.0.0/24</c>; empty for nothing.
/// </param>
public readonly record struct WorkloadKey(string Namespace, string Labels, string Variant = "") : IComparable<WorkloadKey>
{
    /// <inheritdoc />
    public int CompareTo(WorkloadKey other)
    {
        var order = string.CompareOrdinal(Namespace, other.Namespace);
        order = order == 0 ? string.CompareOrdinal(Labels, other.Labels) : order;
        return order == 0 ? string.CompareOrdinal(Variant, other.Variant) : order;
    }

    /// <summary>As <c>shop{app=front,tier=web}</c>, with its variant behind it: <c>shop{app=front} http=TCP/80</c>.</summary>
    public override string ToString() => Variant.Length == 0 ? $"{Namespace}{{{Labels}}}" : $"{Namespace}{{{Labels}}} {Variant}";

    /// <summary>Orders by namespace, labels, variant (ordinal).</summary>
    public static bool operator <(WorkloadKey left, WorkloadKey right) => left.CompareTo(right) < 0;

    /// <summary>Orders by namespace, labels, variant (ordinal).</summary>
    public static bool operator >(WorkloadKey left, WorkloadKey right) => left.CompareTo(right) > 0;

    /// <summary>Orders by namespace, labels, variant (ordinal).</summary>
    public static bool operator <=(WorkloadKey left, WorkloadKey right) => left.CompareTo(right) <= 0;

    /// <summary>Orders by namespace, labels, variant (ordinal).</summary>
    public static bool operator >=(WorkloadKey left, WorkloadKey right) => left.CompareTo(right) >= 0;
}
