using System.Diagnostics;
using System.Net;
using Overlay.Bench.Figures;
using Overlay.Bench.Footprint;
using Overlay.Bench.Policy;
using Overlay.Lab;
using Overlay.Lab.Nodes;

namespace Overlay.Bench.Scale;

/// <summary>
/// An agent among 10,000 policies, 10,000 workloads and 5,000 nodes: changes of policy by packets, its start with 110 pods on the node, programming
/// all nodes from nothing, adding one, and its memory.
/// </summary>
internal static class ScaleFigures
{
    private const int Pods = 110;
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(15);

    public static async Task MeasureAsync(LabCluster lab, FigureBook book, CancellationToken cancel)
    {
        var (client, server) = await InForceFigures.PrepareAsync(lab, cancel);
        using var clientSpace = client;
        using var serverSpace = server;
        using var echo = UdpEcho.Start(server.Space, InForceFigures.Port);
        await lab.CreateNamespaceAsync(BigCluster.Namespace, null, cancel);
        await FillNodeAsync(lab, cancel);
        await EndOperatorsAsync(lab);
        await BigCluster.TagAsync(lab, cancel);
        await FarNodes.JoinAsync(lab, BigCluster.Subnets, cancel);
        await KnowsAllAsync(lab.Nodes[1], cancel);
        await WithoutPoliciesAsync(lab.Nodes[2], book, cancel);
        await BigCluster.AllowAsync(lab, cancel);

        await ChangeAsync(lab, book, client, new IPEndPoint(server.Address, InForceFigures.Port), cancel);
        await StartAsync(lab.Nodes[2], book, cancel);
        await StartFromNothingAsync(lab.Nodes[0], book, cancel);
        await AddNodeAsync(lab, book, cancel);
    }

    /// <summary>Ended: they would give back tags that no pod has.</summary>
    private static Task EndOperatorsAsync(LabCluster lab) => Task.WhenAll(lab.Operators.Select(one => one.StopAsync(TimeSpan.FromSeconds(10))));

    private static async Task FillNodeAsync(LabCluster lab, CancellationToken cancel)
    {
        for (var n = 0; n < Pods; n++)
        {
            var labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["app"] = n < 10 ? "server" : $"w-{n % 10}" };
            await lab.CreatePodAsync(BigCluster.Namespace, $"pod-{n}", labels, lab.Nodes[2].Name, null, cancel);
        }

        for (var n = 0; n < Pods; n++)
            (await lab.WaitRunningAsync(BigCluster.Namespace, $"pod-{n}", cancel, TimeSpan.FromMinutes(1))).Dispose();
    }

    private static Task<string> KnowsAllAsync(LabNode node, CancellationToken cancel) => LabCluster.WaitAsync(
        async () => await AgentMetrics.SumAsync(node, "overlay_remote_nodes", cancel) >= BigCluster.Subnets ? "all" : null,
        TimeSpan.FromSeconds(60),
        $"{node.Name}'s agent to know {BigCluster.Subnets} nodes",
        node.Agent,
        cancel);

    private static async Task WithoutPoliciesAsync(LabNode node, FigureBook book, CancellationToken cancel)
    {
        await node.Agent.StopAsync(TimeSpan.FromSeconds(10));
        await UntilReadyAsync(node, cancel);
        await Task.Delay(Settle, cancel);
        var resident = ProcessFigures.Resident(node.Agent.Process!.Id);
        book.Add(new Figure("agent-resident-memory-without-policies", "MB", resident) { Goal = "<= 40 MB", Reached = resident <= 40, Samples = [resident] });
    }

    private static async Task ChangeAsync(LabCluster lab, FigureBook book, LabPod client, IPEndPoint to, CancellationToken cancel)
    {
        const int rounds = 40;
        var node = lab.Nodes[1];
        await InForceFigures.RoundsAsync(lab, client, to, 2, cancel);
        var before = await WrittenAsync(node, cancel);
        var busyBefore = ProcessFigures.ProcessorTime(node.Agent.Process!.Id);
        var (opened, closed) = await InForceFigures.RoundsAsync(lab, client, to, rounds, cancel);
        var busy = (ProcessFigures.ProcessorTime(node.Agent.Process!.Id) - busyBefore).TotalMilliseconds / (2.0 * rounds);
        var written = (await WrittenAsync(node, cancel) - before) / (2.0 * rounds);
        book.Add(new Figure("policy-in-force-among-10000-p50", "ms", opened.Median()) { Goal = "p50 <= 20 ms", Reached = opened.Median() <= 20, Samples = opened });
        book.Add(new Figure("policy-in-force-among-10000-p99", "ms", opened.Percentile(99)) { Goal = "p99 <= 100 ms", Reached = opened.Percentile(99) <= 100, Samples = opened });
        book.Add(new Figure("policy-withdrawn-among-10000-p50", "ms", closed.Median()) { Samples = closed });
        book.Add(new Figure("agent-processor-time-per-change-among-10000", "ms", busy) { Samples = [busy] });
        book.Add(new Figure("elements-written-per-changed-element", "elements", written) { Goal = "1", Reached = written == 1, Samples = [written] });
    }

    private static async Task<double> WrittenAsync(LabNode node, CancellationToken cancel) =>
        await AgentMetrics.SumAsync(node, "overlay_rule_elements_added_total", cancel) + await AgentMetrics.SumAsync(node, "overlay_rule_elements_removed_total", cancel);

    /// <summary>A restart: VTEP, routes and rules are there, everything must be read and compared.</summary>
    private static async Task StartAsync(LabNode node, FigureBook book, CancellationToken cancel)
    {
        await node.Agent.StopAsync(TimeSpan.FromSeconds(10));
        var took = await UntilReadyAsync(node, cancel);
        book.Add(new Figure("agent-start-among-10000", "s", took) { Goal = "<= 5 s", Reached = took <= 5, Samples = [took] });
        await Task.Delay(Settle, cancel);
        var id = node.Agent.Process!.Id;
        var (resident, anonymous) = (ProcessFigures.Resident(id), ProcessFigures.Anonymous(id));
        book.Add(new Figure("agent-resident-memory-among-10000", "MB", resident) { Goal = "<= 60 MB (40)", Reached = resident <= 60, Samples = [resident] });
        book.Add(new Figure("agent-anonymous-memory-among-10000", "MB", anonymous) { Samples = [anonymous] });
    }

    /// <summary>The kernel knows nothing of the overlay: all 5,000 routes, neighbours and forwarding entries are written.</summary>
    private static async Task StartFromNothingAsync(LabNode node, FigureBook book, CancellationToken cancel)
    {
        await node.Agent.StopAsync(TimeSpan.FromSeconds(10));
        node.Run("ip", "link", "delete", "overlay-vtep").Checked();
        node.Run("nft", "delete table inet overlay").Checked();
        var took = await UntilReadyAsync(node, cancel);
        book.Add(new Figure("program-5000-nodes-from-nothing", "s", took) { Goal = "<= 10 s", Reached = took <= 10, Samples = [took] });
    }

    private static async Task AddNodeAsync(LabCluster lab, FigureBook book, CancellationToken cancel)
    {
        var samples = new List<double>();
        for (var n = 0; n < 5; n++)
        {
            var number = BigCluster.Subnets + n;
            var subnet = FarNodes.Subnet(number);
            var address = (string)subnet["spec"]!["vtepAddress"]!;
            var begun = Stopwatch.GetTimestamp();
            await lab.Api.CreateAsync(LabCluster.SubnetsPath, subnet, cancel);
            await LabCluster.WaitAsync(
                () => Task.FromResult(lab.Nodes[0].Run("ip", "route", "get", address).Output.Contains("overlay-vtep", StringComparison.Ordinal) ? "there" : null),
                TimeSpan.FromSeconds(10),
                $"a route to {address}",
                lab.Nodes[0].Agent,
                cancel);
            samples.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        }

        book.Add(new Figure("add-node-among-5000", "ms", samples.Median()) { Samples = samples });
    }

    private static async Task<double> UntilReadyAsync(LabNode node, CancellationToken cancel)
    {
        var begun = Stopwatch.GetTimestamp();
        node.Agent.Start();
        await LabCluster.WaitReadyAsync(node, cancel);
        return Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }
}
