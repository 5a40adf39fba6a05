using System.Globalization;
using Overlay.Lab.Nodes;
using Overlay.Lab.Underlay;

namespace Overlay.Conformance.Packets;

/// <summary>How often nodes have changed their kernel's rules, as their agents count it.</summary>
internal sealed class RuleActivity(IEnumerable<LabNode> nodes) : IDisposable
{
    private const string Metric = "overlay_rule_changes_total ";

    private readonly IReadOnlyList<(HttpClient Http, Uri Metrics)> agents =
        [.. nodes.Select(node => (NamespaceHttp.Client(node.Space), node.ProbeUri("metrics")))];

    /// <summary>The changes of all nodes since their agents started.</summary>
    public async Task<double> ChangesAsync(CancellationToken cancel) => (await Task.WhenAll(agents.Select(async agent =>
    {
        var text = await agent.Http.GetStringAsync(agent.Metrics, cancel);
        var line = text.Split('\n').FirstOrDefault(l => l.StartsWith(Metric, StringComparison.Ordinal)) ?? throw new IOException($"{agent.Metrics} does not tell {Metric}.");
        return double.Parse(line.AsSpan(Metric.Length), CultureInfo.InvariantCulture);
    }))).Sum();

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var (http, _) in agents)
            http.Dispose();
    }
}
