using Overlay.Conformance.Data;

namespace Overlay.Conformance.Tests;

/// <summary>A case with a wrong expectation: a runner that finds nothing wrong in it finds nothing anywhere.</summary>
internal static class Doctored
{
    public const string Id = "doctored";

    /// <summary>The same case, with one row of its first step saying the opposite where it says anything.</summary>
    /// <returns>The case, and how many cells of it are wrong now.</returns>
    public static (AskedCase Case, int Wrong) Of(AskedCase honest)
    {
        var step = honest.Case.Steps[0];
        var (port, rows) = step.Expect.Matrix.First(m => m.Key.StartsWith("TCP/", StringComparison.Ordinal));
        var (from, row) = rows.First(r => r.Value.Contains(Expectation.Open, StringComparison.Ordinal) || r.Value.Contains(Expectation.Closed, StringComparison.Ordinal));
        var turned = string.Concat(row.Select(c => c switch { Expectation.Open => Expectation.Closed, Expectation.Closed => Expectation.Open, _ => c }));
        var expect = step.Expect with { Matrix = step.Expect.Matrix.SetItem(port, rows.SetItem(from, turned)) };
        var @case = honest.Case with { Id = Id, Steps = [step with { Expect = expect }] };
        return (honest with { Case = @case }, row.Count(c => c is Expectation.Open or Expectation.Closed));
    }
}
