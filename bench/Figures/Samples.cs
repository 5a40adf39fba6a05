namespace Overlay.Bench.Figures;

/// <summary>Order statistics of samples: these machines are noisy, so medians are quoted, never means.</summary>
internal static class Samples
{
    /// <summary>The middle sample.</summary>
    public static double Median(this IReadOnlyList<double> samples) => samples.Percentile(50);

    /// <summary>The smallest sample that at least <paramref name="percent"/> of all do not exceed (nearest rank).</summary>
    /// <param name="samples">The samples, in any order, at least one.</param>
    /// <param name="percent">0 to 100.</param>
    public static double Percentile(this IReadOnlyList<double> samples, double percent)
    {
        var sorted = samples.Order().ToArray();
        var rank = (int)Math.Ceiling(percent / 100 * sorted.Length);
        return sorted[Math.Clamp(rank - 1, 0, sorted.Length - 1)];
    }
}
