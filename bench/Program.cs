using System.Text.Json.Nodes;
using Overlay.Bench;
using Overlay.Bench.Bandwidth;
using Overlay.Bench.Cni;
using Overlay.Bench.Datapath;
using Overlay.Bench.Denial;
using Overlay.Bench.Figures;
using Overlay.Bench.Footprint;
using Overlay.Bench.Policy;
using Overlay.Bench.Scale;
using Overlay.Lab;
using Spectre.Console;

// overlay-bench [FAMILY ...]: the named families' figures, or all of them. Exit 1 when a family failed, 2 for an unknown name.
using var cancel = new CancellationTokenSource(TimeSpan.FromMinutes(20));
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    cancel.Cancel();
};

// A table whose columns are cut tells nothing; a file has no width.
if (Console.IsOutputRedirected)
    AnsiConsole.Profile.Width = 220;

static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);

static LabOptions WithIptables(LabOptions options)
{
    var spec = options.NetworkSpec.DeepClone().AsObject();
    spec["rules"] = new JsonObject { ["backend"] = "iptables" };
    return options with { NetworkSpec = spec };
}

var byHand = new LabOptions { PodRuntime = false };
var families = new Family[]
{
    new("datapath", Seconds(240), (lab, book, stop) => DatapathFigures.MeasureAsync(lab, book, [10, 1000, 10_000, 100_000], "", stop)),
    new("datapath-iptables", Seconds(90), (lab, book, stop) => DatapathFigures.MeasureAsync(lab, book, [1000], "iptables-", stop)) { Lab = WithIptables(new LabOptions()) },
    new("cni", Seconds(200), (lab, book, stop) => PodWiringFigures.MeasureAsync(lab, book, "", 0.3, stop)) { Lab = byHand },
    new("cni-iptables", Seconds(240), (lab, book, stop) => PodWiringFigures.MeasureAsync(lab, book, "iptables-", 0.8, stop)) { Lab = WithIptables(byHand) },
    new("policy", Seconds(60), InForceFigures.MeasureAsync),
    new("bandwidth", Seconds(120), BandwidthFigures.MeasureAsync),
    new("footprint", Seconds(120), FootprintFigures.MeasureAsync),
    new("denial", Seconds(150), DenialFigures.MeasureAsync),
    new("early", Seconds(150), EarlyFigures.MeasureAsync) { Lab = byHand },
    new("scale", Seconds(240), ScaleFigures.MeasureAsync),
    new("operator", Seconds(180), OperatorFigures.MeasureAsync) { Lab = OperatorFigures.Lab },
};
var unknown = args.Except(families.Select(f => f.Name), StringComparer.Ordinal).ToList();
if (unknown.Count > 0)
{
    Console.Error.WriteLine($"overlay-bench: there is no family '{unknown[0]}'. There are: {string.Join(' ', families.Select(f => f.Name))}.");
    return 2;
}

var book = new FigureBook(Path.Combine(LabPaths.Repository(), "artifacts", "bench"));
var failed = new List<string>();
foreach (var family in families.Where(f => args.Length == 0 || args.Contains(f.Name, StringComparer.Ordinal)))
{
    if (!await family.RunAsync(book, cancel.Token))
        failed.Add(family.Name);
}

book.Print();
if (failed.Count > 0)
    Console.Error.WriteLine($"overlay-bench: {failed.Count} of {families.Length} families failed: {string.Join(' ', failed)}.");
return failed.Count > 0 ? 1 : 0;
