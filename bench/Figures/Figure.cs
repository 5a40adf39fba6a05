using System.Text.Json.Serialization;

namespace Overlay.Bench.Figures;

/// <summary>One measured figure: ours beside a baseline of the same run.</summary>
/// <param name="Name">What was measured, as a file name: <c>add-at-50-pods</c>.</param>
/// <param name="Unit">The unit of both values: <c>ms</c>, <c>1/s</c>, <c>Gbit/s</c>, <c>MB</c>.</param>
/// <param name="Ours">The median of ours.</param>
public sealed record Figure(string Name, string Unit, double Ours)
{
    /// <summary>The median of the baseline; null where there is none.</summary>
    public double? Baseline { get; init; }

    /// <summary>What the baseline is.</summary>
    public string? Against { get; init; }

    /// <summary>Ours divided by the baseline.</summary>
    public double? Ratio => Baseline is > 0 ? Ours / Baseline : null;

    /// <summary>What we want: <c>&lt;= 0.5x</c>, <c>p50 &lt;= 30 ms</c>.</summary>
    public string? Goal { get; init; }

    /// <summary>Whether the goal was reached in this run; null without a goal.</summary>
    public bool? Reached { get; init; }

    /// <summary>Our single samples, in the order they were taken.</summary>
    public required IReadOnlyList<double> Samples { get; init; }

    /// <summary>The baseline's single samples.</summary>
    public IReadOnlyList<double>? BaselineSamples { get; init; }
}

/// <summary>JSON of figures, for <c>artifacts/bench/*.json</c>.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Figure))]
internal sealed partial class FigureJson : JsonSerializerContext;
