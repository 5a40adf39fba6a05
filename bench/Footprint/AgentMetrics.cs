using System.Globalization;
using Overlay.Lab.Nodes;
using Overlay.Lab.Underlay;
using Overlay.Netlink;

namespace Overlay.Bench.Footprint;

/// <summary>Reads Prometheus metrics out of a namespace.</summary>
internal static class AgentMetrics
{
    /// <summary>The sum over a metric's series, of a node's agent.</summary>
    public static Task<double> SumAsync(LabNode node, string name, CancellationToken cancel) =>
        SumAsync(node.Space, node.ProbeUri("metrics"), name, cancel);

    /// <summary>The sum over a metric's series.</summary>
    public static async Task<double> SumAsync(NetworkNamespace inside, Uri metrics, string name, CancellationToken cancel)
    {
        using var http = NamespaceHttp.Client(inside);
        var text = await http.GetStringAsync(metrics, cancel);
        var lines = text.Split('\n').Where(l => l.StartsWith(name + " ", StringComparison.Ordinal) || l.StartsWith(name + "{", StringComparison.Ordinal)).ToList();
        return lines.Count > 0
            ? lines.Sum(l => double.Parse(l[(l.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture))
            : throw new InvalidOperationException($"{metrics} has no metric {name}.");
    }
}
