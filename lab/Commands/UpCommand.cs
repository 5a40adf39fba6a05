using System.Diagnostics;
using System.Globalization;
using Overlay.Lab.State;
using Spectre.Console;

namespace Overlay.Lab.Commands;

/// <summary><c>overlay-lab up</c>: builds the lab, shows what it can do, and leaves it running.</summary>
internal static class UpCommand
{
    public static async Task<int> RunAsync(LabOptions options, CancellationToken cancel)
    {
        using var alone = LabLock.Take(options.Instance);
        var watch = Stopwatch.StartNew();
        await using var cluster = await LabCluster.StartAsync(options, new StepPrinter(), sweepAtEnd: false, cancel);
        AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"[green]up[/] in {watch.Elapsed.TotalSeconds:0.0} s");
        return 0;
    }
}
