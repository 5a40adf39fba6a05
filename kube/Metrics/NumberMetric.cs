using System.Text;

namespace Overlay.Kube.Metrics;

/// <summary>A metric whose series are one number each.</summary>
public abstract class NumberMetric : Metric
{
    private readonly Lock _gate = new();
    private readonly Dictionary<LabelValues, double> _series = [];

    private protected NumberMetric(string name, string help, string type, string[] labels)
        : base(name, help, type, labels)
    {
        // Without labels there is one series, and it is there from the start: an absent counter can not be alerted on.
        if (labels.Length == 0)
            _series[new LabelValues([])] = 0;
    }

    /// <summary>The present value; 0 for a series that is not there.</summary>
    /// <param name="labels">The label values.</param>
    public double Value(params string[] labels)
    {
        CheckLabels(labels);
        lock (_gate)
            return _series.GetValueOrDefault(new LabelValues(labels));
    }

    /// <summary>Takes a series away, as when the object it speaks of is gone.</summary>
    /// <param name="labels">The label values.</param>
    public void Remove(params string[] labels)
    {
        lock (_gate)
            _series.Remove(new LabelValues(labels));
    }

    private protected void Change(string[] labels, double by, bool absolute)
    {
        CheckLabels(labels);
        var key = new LabelValues(labels);
        lock (_gate)
            _series[key] = absolute ? by : _series.GetValueOrDefault(key) + by;
    }

    private protected override void WriteSeries(StringBuilder text)
    {
        KeyValuePair<LabelValues, double>[] all;
        lock (_gate)
            all = [.. _series];
        Array.Sort(all, (a, b) => LabelValues.Compare(a.Key, b.Key));
        foreach (var (labels, value) in all)
            WriteLine(text, "", labels.Values, value);
    }
}

/// <summary>Something that only grows.</summary>
public sealed class Counter : NumberMetric
{
    internal Counter(string name, string help, string[] labels)
        : base(name, help, "counter", labels)
    {
    }

    /// <summary>Counts one more.</summary>
    /// <param name="labels">The label values.</param>
    public void Increment(params string[] labels) => Change(labels, 1, absolute: false);

    /// <summary>Counts several more.</summary>
    /// <param name="by">How many, not negative.</param>
    /// <param name="labels">The label values.</param>
    public void Add(double by, params string[] labels)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(by);
        Change(labels, by, absolute: false);
    }
}

/// <summary>Something that goes up and down.</summary>
public sealed class Gauge : NumberMetric
{
    internal Gauge(string name, string help, string[] labels)
        : base(name, help, "gauge", labels)
    {
    }

    /// <summary>Sets the value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="labels">The label values.</param>
    public void Set(double value, params string[] labels) => Change(labels, value, absolute: true);

    /// <summary>Changes the value.</summary>
    /// <param name="by">By how much.</param>
    /// <param name="labels">The label values.</param>
    public void Add(double by, params string[] labels) => Change(labels, by, absolute: false);
}

/// <summary>A metric that is read when asked.</summary>
internal sealed class ReadMetric(string name, string help, string type, Func<double> read) : Metric(name, help, type, [])
{
    private protected override void WriteSeries(StringBuilder text) => WriteLine(text, "", [], read());
}
