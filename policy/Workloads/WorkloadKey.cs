namespace Overlay.Policy;

/// <summary>Names a local workload: pods of one namespace with equal values for the label keys in force there.</summary>
/// <param name="Namespace">The namespace.</param>
/// <param name="Labels">The values of the keys in force that the pods carry, sorted, as <c>app=front,tier=web</c>; empty for none.</param>
public readonly record struct WorkloadKey(string Namespace, string Labels) : IComparable<WorkloadKey>
{
    /// <inheritdoc />
    public int CompareTo(WorkloadKey other)
    {
        var order = string.CompareOrdinal(Namespace, other.Namespace);
        return order == 0 ? string.CompareOrdinal(Labels, other.Labels) : order;
    }

    /// <summary>As <c>shop{app=front,tier=web}</c>.</summary>
    public override string ToString() => $"{Namespace}{{{Labels}}}";

    /// <summary>Orders by namespace, then labels (ordinal).</summary>
    public static bool operator <(WorkloadKey left, WorkloadKey right) => left.CompareTo(right) < 0;

    /// <summary>Orders by namespace, then labels (ordinal).</summary>
    public static bool operator >(WorkloadKey left, WorkloadKey right) => left.CompareTo(right) > 0;

    /// <summary>Orders by namespace, then labels (ordinal).</summary>
    public static bool operator <=(WorkloadKey left, WorkloadKey right) => left.CompareTo(right) <= 0;

    /// <summary>Orders by namespace, then labels (ordinal).</summary>
    public static bool operator >=(WorkloadKey left, WorkloadKey right) => left.CompareTo(right) >= 0;
}
