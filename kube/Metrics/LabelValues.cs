namespace Overlay.Kube.Metrics;

/// <summary>The label values of one series, compared by content.</summary>
internal readonly record struct LabelValues(string[] Values)
{
    public bool Equals(LabelValues other) => Values.AsSpan().SequenceEqual(other.Values);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var value in Values)
            hash.Add(value, StringComparer.Ordinal);
        return hash.ToHashCode();
    }

    /// <summary>Compares by the values in turn, so that a page of metrics reads the same each time.</summary>
    public static int Compare(LabelValues left, LabelValues right)
    {
        for (var i = 0; i < left.Values.Length; i++)
        {
            if (string.CompareOrdinal(left.Values[i], right.Values[i]) is var order and not 0)
                return order;
        }

        return 0;
    }
}
