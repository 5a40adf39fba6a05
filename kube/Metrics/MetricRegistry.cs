using System.Text;

namespace Overlay.Kube.Metrics;

/// <summary>A program's metrics, written in Prometheus' text format 0.0.4. Make metrics at start, keep the objects, change them anywhere.</summary>
public sealed class MetricRegistry
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Metric> _metrics = new(StringComparer.Ordinal);

    /// <summary>Something that only grows, by convention named <c>..._total</c>.</summary>
    /// <param name="name">The name.</param>
    /// <param name="help">What is counted.</param>
    /// <param name="labels">The names of its labels.</param>
    public Counter Counter(string name, string help, params string[] labels) => Add(new Counter(name, help, labels));

    /// <summary>Something that goes up and down.</summary>
    /// <param name="name">The name, with its unit.</param>
    /// <param name="help">What is measured.</param>
    /// <param name="labels">The names of its labels.</param>
    public Gauge Gauge(string name, string help, params string[] labels) => Add(new Gauge(name, help, labels));

    /// <summary>How often a value fell into which range, by convention in seconds.</summary>
    /// <param name="name">The name, with its unit.</param>
    /// <param name="help">What is measured.</param>
    /// <param name="buckets">The upper bounds, growing; null: 1 ms to 10 s.</param>
    /// <param name="labels">The names of its labels.</param>
    public Histogram Histogram(string name, string help, double[]? buckets = null, params string[] labels) =>
        Add(new Histogram(name, help, buckets ?? Metrics.Histogram.Seconds, labels));

    /// <summary>A gauge that is read when asked.</summary>
    /// <param name="name">The name, with its unit.</param>
    /// <param name="help">What is measured.</param>
    /// <param name="read">Reads it; quick, and safe from any thread.</param>
    public void Gauge(string name, string help, Func<double> read) => Add(new ReadMetric(name, help, "gauge", read));

    /// <summary>A counter that is read when asked.</summary>
    /// <param name="name">The name.</param>
    /// <param name="help">What is counted.</param>
    /// <param name="read">Reads it; quick, and safe from any thread.</param>
    public void Counter(string name, string help, Func<double> read) => Add(new ReadMetric(name, help, "counter", read));

    /// <summary>All metrics as text.</summary>
    public string Write()
    {
        var text = new StringBuilder(4096);
        Metric[] all;
        lock (_gate)
            all = [.. _metrics.Values];
        foreach (var metric in all)
            metric.Write(text);
        return text.ToString();
    }

    private T Add<T>(T metric)
        where T : Metric
    {
        lock (_gate)
        {
            if (!_metrics.TryAdd(metric.Name, metric))
                throw new ArgumentException($"There is a metric {metric.Name} already.", nameof(metric));
        }

        return metric;
    }
}
