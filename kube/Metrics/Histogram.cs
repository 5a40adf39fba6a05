using System.Text;

namespace Overlay.Kube.Metrics;

/// <summary>How often a value fell into which range.</summary>
public sealed class Histogram : Metric
{
    /// <summary>Bounds for durations in seconds: 1 ms to 10 s.</summary>
    internal static readonly double[] Seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly Lock _gate = new();
    private readonly double[] _bounds;
    private readonly Dictionary<LabelValues, Series> _series = [];

    internal Histogram(string name, string help, double[] bounds, string[] labels)
        : base(name, help, "histogram", labels)
    {
        _bounds = bounds;
        if (labels.Length == 0)
            _series[new LabelValues([])] = new Series(bounds.Length);
    }

    /// <summary>Counts a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="labels">The label values.</param>
    public void Observe(double value, params string[] labels)
    {
        CheckLabels(labels);
        var key = new LabelValues(labels);
        lock (_gate)
        {
            if (!_series.TryGetValue(key, out var series))
                _series[key] = series = new Series(_bounds.Length);
            series.Sum += value;
            series.Count++;
            for (var i = 0; i < _bounds.Length; i++)
            {
                if (value <= _bounds[i])
                    series.Below[i]++;
            }
        }
    }

    /// <summary>Counts a duration, in seconds.</summary>
    /// <param name="duration">The duration.</param>
    /// <param name="labels">The label values.</param>
    public void Observe(TimeSpan duration, params string[] labels) => Observe(duration.TotalSeconds, labels);

    private protected override void WriteSeries(StringBuilder text)
    {
        lock (_gate)
        {
            foreach (var (labels, series) in _series.Order(Comparer<KeyValuePair<LabelValues, Series>>.Create((a, b) => LabelValues.Compare(a.Key, b.Key))))
            {
                for (var i = 0; i < _bounds.Length; i++)
                    WriteLine(text, "_bucket", labels.Values, series.Below[i], Number(_bounds[i]));
                WriteLine(text, "_bucket", labels.Values, series.Count, "+Inf");
                WriteLine(text, "_sum", labels.Values, series.Sum);
                WriteLine(text, "_count", labels.Values, series.Count);
            }
        }
    }

    private sealed class Series(int bounds)
    {
        public long[] Below { get; } = new long[bounds];

        public double Sum { get; set; }

        public long Count { get; set; }
    }
}
