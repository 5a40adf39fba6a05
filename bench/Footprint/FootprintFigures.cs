using Overlay.Bench.Figures;
using Overlay.Lab;
using Overlay.Lab.Nodes;

namespace Overlay.Bench.Footprint;

/// <summary>Resident memory of the agents, and what scaling a known workload on other nodes does to a node that has none of it.</summary>
internal static class FootprintFigures
{
    private const string Namespace = "scale";
    private const int Replicas = 100;

    /// <summary>The agents give memory of their start back in a quiet moment.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(12);

    public static async Task MeasureAsync(LabCluster lab, FigureBook book, CancellationToken cancel)
    {
        var agents = lab.Nodes.Select(n => n.Agent.Process!.Id).ToList();
        var fresh = agents.Select(ProcessFigures.Resident).ToList();
        book.Add(new Figure("agent-resident-memory-after-start", "MB", fresh.Median()) { Samples = fresh });
        await Task.Delay(Settle, cancel);
        var resident = agents.Select(ProcessFigures.Resident).ToList();
        book.Add(new Figure("agent-resident-memory", "MB", resident.Median()) { Goal = "<= 30 MB", Reached = resident.Max() <= 30, Samples = resident });
        var anonymous = agents.Select(ProcessFigures.Anonymous).ToList();
        book.Add(new Figure("agent-anonymous-memory", "MB", anonymous.Median()) { Samples = anonymous });
        var before = agents.Select(ProcessFigures.ProcessorTime).ToList();
        await Task.Delay(Settle, cancel);
        var busy = agents.Select((id, n) => (ProcessFigures.ProcessorTime(id) - before[n]) / Settle * 1000).ToList();
        book.Add(new Figure("agent-idle-processor-time", "ms/s", busy.Median()) { Samples = busy });
        await lab.CreateNamespaceAsync(Namespace, null, cancel);
        await ScaleAsync(lab, 0, 1, cancel);
        await Task.Delay(TimeSpan.FromSeconds(2), cancel);
        var idle = lab.Nodes[2];
        var changesBefore = await AgentMetrics.SumAsync(idle, "overlay_rule_changes_total", cancel);
        var generation = Generation(idle);
        await ScaleAsync(lab, 1, Replicas, cancel);
        await Task.Delay(TimeSpan.FromSeconds(2), cancel);
        var changes = await AgentMetrics.SumAsync(idle, "overlay_rule_changes_total", cancel) - changesBefore;
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

    /// <summary>The number of nf_tables transactions that this namespace has seen: whoever wrote, the kernel counted.</summary>
    private static double Generation(LabNode node)
    {
        using var socket = Netlink.NfTables.NfTablesSocket.Open(node.Space);
        return socket.CurrentGeneration().Number;
    }
}
