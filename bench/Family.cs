using System.Diagnostics;
using System.Globalization;
using Overlay.Bench.Figures;
using Overlay.Lab;
using Overlay.Lab.State;
using Spectre.Console;

namespace Overlay.Bench;

/// <summary>Figures that are measured together, in a lab of their own, so that what one family leaves in caches and tables does not colour the next.</summary>
/// <param name="Name">As it is named on the command line.</param>
/// <param name="Limit">When it is given up.</param>
/// <param name="Measure">Measures, and adds to the book what it found as soon as it is found.</param>
internal sealed record Family(string Name, TimeSpan Limit, Func<LabCluster, FigureBook, CancellationToken, Task> Measure)
{
    /// <summary>What kind of lab it wants.</summary>
    public LabOptions Lab { get; init; } = new();

    /// <summary>Measures; a family that fails says so and leaves the others alone.</summary>
    /// <returns>Whether it came to its end.</returns>
    public async Task<bool> RunAsync(FigureBook book, CancellationToken cancel)
    {
        AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"[bold]{Name}[/]");
        var clock = Stopwatch.StartNew();
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limited.CancelAfter(Limit);
        try
        {
            await using var lab = await LabCluster.StartAsync(Lab with { Instance = new LabInstance($"overlay-bench-{Name}") }, null, sweepAtEnd: true, limited.Token);
            await Measure(lab, book, limited.Token);
            AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"  [grey]{clock.Elapsed.TotalSeconds:0} s[/]");
            return true;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"  [red]{Name} did not end within {Limit.TotalSeconds:0} s: figures that are missing were not measured.[/]");
            return false;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"  [red]{Name} failed after {clock.Elapsed.TotalSeconds:0} s: {Head(error.Message)}[/]");
            return false;
        }
    }

    private static string Head(string message) => message.Length <= 1000 ? message : message[..1000] + " ...";
}
