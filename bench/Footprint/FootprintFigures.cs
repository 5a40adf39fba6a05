using System.Globalization;
using Overlay.Bench.Figures;
using Overlay.Lab;
using Overlay.Lab.Nodes;

namespace Overlay.Bench.Footprint;

/// <summary>Resident memory of the agents, and what scaling a known workload on other nodes does to a node that has none of it.</summary>
internal static class FootprintFigures
{
    private const string Namespace = "scale";
    private const int Replicas = 100;

    public static async Task MeasureAsync(LabCluster lab, FigureBook book, CancellationToken cancel)
    {
        var memory = lab.Nodes.Select(n => ResidentMegabytes(n.Agent.Process!.Id)).ToList();
        book.Add(new Figure("agent-resident-memory", "MB", memory.Median()) { Goal = "<= 30 MB", Reached = memory.Max() <= 30, Samples = memory });

        await lab.CreateNamespaceAsync(Namespace, null, cancel);
        await ScaleAsync(lab, 0, 1, cancel);
        await Task.Delay(TimeSpan.FromSeconds(2), cancel);
        var idle = lab.Nodes[2];
        var before = await RuleChangesAsync(idle, cancel);
        var generation = Generation(idle);
        await ScaleAsync(lab, 1, Replicas, cancel);
        await Task.Delay(TimeSpan.FromSeconds(2), cancel);
        var changes = await RuleChangesAsync(idle, cancel) - before;
        var writes = Generation(idle) - generation;
        book.Add(new Figure("scale-1-to-100-rule-changes-elsewhere", "changes", changes) { Goal = "0", Reached = changes == 0, Samples = [changes] });
        book.Add(new Figure("scale-1-to-100-kernel-writes-elsewhere", "transactions", writes) { Goal = "0", Reached = writes == 0, Samples = [writes] });
    }

    private static async Task ScaleAsync(LabCluster lab, int from, int to, CancellationToken cancel)
    {
        for (var n = from; n < to; n++)
            await lab.CreatePodAsync(Namespace, $"replica-{n}", new Dictionary<string, string>(StringComparer.Ordinal) { ["app"] = "replica" }, lab.Nodes[n % 2].Name, null, cancel);
        for (var n = from; n < to; n++)
            (await lab.WaitRunningAsync(Namespace, $"replica-{n}", cancel, TimeSpan.FromMinutes(2))).Dispose();
    }

    /// <summary>VmRSS (proc(5)).</summary>
    private static double ResidentMegabytes(int process)
    {
        var line = File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/status")).First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return double.Parse(line["VmRSS:".Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) / 1024;
    }

    /// <summary>The number of nf_tables transactions that this namespace has seen: whoever wrote, the kernel counted.</summary>
    private static double Generation(LabNode node)
    {
        using var socket = Netlink.NfTables.NfTablesSocket.Open(node.Space);
        return socket.CurrentGeneration().Number;
    }

    private static async Task<double> RuleChangesAsync(LabNode node, CancellationToken cancel)
    {
        using var http = Lab.Underlay.NamespaceHttp.Client(node.Space);
        var text = await http.GetStringAsync(new Uri($"http://{node.Address}:{LabNode.ProbePort}/metrics"), cancel);
        return Sum(text, "overlay_rule_changes_total");
    }

    private static double Sum(string metrics, string name)
    {
        var lines = metrics.Split('\n').Where(l => l.StartsWith(name, StringComparison.Ordinal)).ToList();
        return lines.Count > 0
            ? lines.Sum(l => double.Parse(l[(l.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture))
            : throw new InvalidOperationException($"the agent has no metric {name}.");
    }
}
