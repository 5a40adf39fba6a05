using System.Globalization;
using System.Text;

namespace Overlay.Kube.Metrics;

/// <summary>A named metric with one series for each combination of label values.</summary>
public abstract class Metric
{
    private readonly string _help;
    private readonly string _type;
    private readonly string[] _labels;

    private protected Metric(string name, string help, string type, string[] labels)
    {
        Name = name;
        _help = help;
        _type = type;
        _labels = labels;
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    internal void Write(StringBuilder text)
    {
        text.Append("# HELP ").Append(Name).Append(' ').Append(_help.Replace("\\", "\\\\", StringComparison.Ordinal).ReplaceLineEndings("\\n")).Append('\n');
        text.Append("# TYPE ").Append(Name).Append(' ').Append(_type).Append('\n');
        WriteSeries(text);
    }

    private protected abstract void WriteSeries(StringBuilder text);

    /// <summary>One line: name, labels, value.</summary>
    private protected void WriteLine(StringBuilder text, string suffix, string[] values, double value, string? bound = null)
    {
        text.Append(Name).Append(suffix);
        if (values.Length > 0 || bound is not null)
        {
            text.Append('{');
            for (var i = 0; i < values.Length; i++)
                WriteLabel(text, i > 0, _labels[i], values[i]);
            if (bound is not null)
                WriteLabel(text, values.Length > 0, "le", bound);
            text.Append('}');
        }

        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private protected static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : value.ToString(CultureInfo.InvariantCulture);

    private protected void CheckLabels(string[] values)
    {
        if (values.Length != _labels.Length)
            throw new ArgumentException($"{Name} has {_labels.Length} labels ({string.Join(", ", _labels)}), {values.Length} values were given.", nameof(values));
    }

    private static void WriteLabel(StringBuilder text, bool comma, string label, string value)
    {
        if (comma)
            text.Append(',');
        text.Append(label).Append("=\"");
        foreach (var c in value)
            _ = c switch
            {
                '\\' => text.Append("\\\\"),
                '"' => text.Append("\\\""),
                '\n' => text.Append("\\n"),
                _ => text.Append(c),
            };
        text.Append('"');
    }
}
