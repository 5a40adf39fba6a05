using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Overlay.Chart.Tests.Helm;
using Overlay.Lab;

namespace Overlay.Chart.Tests.Templates;

/// <summary>The Grafana dashboard asks for metrics that there are.</summary>
public sealed partial class DashboardTests
{
    [Fact]
    public void Every_metric_is_one_of_ours()
    {
        var dashboard = JsonNode.Parse(File.ReadAllText(Path.Combine(HelmTool.Chart, "files", "dashboard.json")))!;
        var asked = dashboard["panels"]!.AsArray().SelectMany(p => p!["targets"]!.AsArray()).SelectMany(t => Metric().Matches((string)t!["expr"]!)).Select(m => m.Value).Distinct().ToArray();
        var sources = string.Concat(new[] { "node-agent", "operator" }
            .SelectMany(f => Directory.EnumerateFiles(Path.Combine(LabPaths.Repository(), f), "*.cs", SearchOption.AllDirectories)).Select(File.ReadAllText));

        asked.Should().NotBeEmpty();
        asked.Where(m => !sources.Contains($"\"{Histogram().Replace(m, "")}\"", StringComparison.Ordinal)).Should().BeEmpty();
    }

    [GeneratedRegex("overlay_[a-z_]+", RegexOptions.None, 1000)]
    private static partial Regex Metric();

    [GeneratedRegex("_bucket$", RegexOptions.None, 1000)]
    private static partial Regex Histogram();
}
