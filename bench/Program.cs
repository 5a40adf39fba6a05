using Overlay.Bench.Cni;
using Overlay.Bench.Datapath;
using Overlay.Bench.Figures;
using Overlay.Bench.Footprint;
using Overlay.Bench.Policy;
using Overlay.Lab;
using Overlay.Lab.State;
using Spectre.Console;

// overlay-bench [cni] [policy] [footprint] [datapath]: the named figures, or all of them. Each family gets a lab of its own,
// so that what one leaves in caches and tables does not colour the next.
using var cancel = new CancellationTokenSource(TimeSpan.FromMinutes(30));
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    cancel.Cancel();
};

var families = new (string Name, bool PodRuntime, Func<LabCluster, FigureBook, CancellationToken, Task> Measure)[]
{
    ("cni", false, PodWiringFigures.MeasureAsync),
    ("policy", true, InForceFigures.MeasureAsync),
    ("footprint", true, FootprintFigures.MeasureAsync),
    ("datapath", true, DatapathFigures.MeasureAsync),
};
var unknown = args.Except(families.Select(f => f.Name), StringComparer.Ordinal).ToList();
if (unknown.Count > 0)
{
    Console.Error.WriteLine($"overlay-bench: there is no family '{unknown[0]}'. There are: {string.Join(' ', families.Select(f => f.Name))}.");
    return 2;
}

var book = new FigureBook(Path.Combine(LabPaths.Repository(), "artifacts", "bench"));
foreach (var family in families.Where(f => args.Length == 0 || args.Contains(f.Name, StringComparer.Ordinal)))
{
    AnsiConsole.MarkupLineInterpolated($"[bold]{family.Name}[/]");
    var options = new LabOptions { Instance = new LabInstance($"overlay-bench-{family.Name}"), PodRuntime = family.PodRuntime };
    await using var lab = await LabCluster.StartAsync(options, null, sweepAtEnd: true, cancel.Token);
    await family.Measure(lab, book, cancel.Token);
}

book.Print();
return 0;
