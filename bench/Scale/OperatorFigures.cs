using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Overlay.Bench.Figures;
using Overlay.Bench.Footprint;
using Overlay.Lab;
using Overlay.Lab.Nodes;
using Overlay.Lab.Underlay;

namespace Overlay.Bench.Scale;

/// <summary>An operator that starts in a cluster of 5,000 nodes and 50,000 pods: until each node has its Subnet and each workload its tag, and its memory.</summary>
internal static class OperatorFigures
{
    private const int Nodes = 5_000;
    private const int Pods = 50_000;
    private const int Workloads = 2_000;
    private const int ProbePort = 9965;

    /// <summary>One machine, and a pool that has a subnet for each node.</summary>
    public static LabOptions Lab => new()
    {
        Nodes = 1,
        PodRuntime = false,
        NetworkSpec = new JsonObject { ["pools"] = new JsonArray(new JsonObject { ["cidr"] = "10.128.0.0/9", ["nodePrefixLength"] = 24 }) },
    };

    public static async Task MeasureAsync(LabCluster lab, FigureBook book, CancellationToken cancel)
    {
        var one = lab.Operators[0];
        await one.StopAsync(TimeSpan.FromSeconds(10));
        await lab.Nodes[0].Agent.StopAsync(TimeSpan.FromSeconds(10));
        await lab.CreateNamespaceAsync(BigCluster.Namespace, null, cancel);
        await BigCluster.EachAsync(Nodes, n => lab.Api.CreateAsync("api/v1/nodes", Node(n), cancel), cancel);
        await BigCluster.EachAsync(Pods, n => lab.Api.CreateAsync($"api/v1/namespaces/{BigCluster.Namespace}/pods", Pod(n), cancel), cancel);

        var begun = Stopwatch.GetTimestamp();
        one.Start();
        await LabCluster.WaitAsync(
            async () => await CountAsync(lab, "overlay_subnets", cancel) > Nodes && await CountAsync(lab, "overlay_workload_tags", cancel) >= Workloads ? "all" : null,
            TimeSpan.FromSeconds(100),
            "every node to have a Subnet and every workload a tag",
            one,
            cancel);
        var took = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        book.Add(new Figure("operator-settles-5000-nodes-50000-pods", "s", took) { Samples = [took] });
        var peak = ProcessFigures.Resident(one.Process!.Id);
        book.Add(new Figure("operator-resident-memory-settling", "MB", peak) { Samples = [peak] });
        await Task.Delay(TimeSpan.FromSeconds(15), cancel);
        var (resident, anonymous) = (ProcessFigures.Resident(one.Process.Id), ProcessFigures.Anonymous(one.Process.Id));
        book.Add(new Figure("operator-resident-memory", "MB", resident) { Samples = [resident] });
        book.Add(new Figure("operator-anonymous-memory", "MB", anonymous) { Samples = [anonymous] });
    }

    private static Task<double> CountAsync(LabCluster lab, string metric, CancellationToken cancel) =>
        AgentMetrics.SumAsync(lab.Underlay.Space, new Uri($"http://{new IPEndPoint(lab.Underlay.SwitchAddress, ProbePort)}/metrics"), metric, cancel);

    private static JsonObject Node(int n)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"far-{n}");
        var node = LabNode.Registration(1, LabStack.IPv4);
        node["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { ["kubernetes.io/hostname"] = name } };
        node["status"] = new JsonObject
        {
            ["addresses"] = new JsonArray(new JsonObject { ["type"] = "InternalIP", ["address"] = string.Create(CultureInfo.InvariantCulture, $"172.16.{n / 250}.{(n % 250) + 1}") }),
        };
        return node;
    }

    private static JsonObject Pod(int n) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = new JsonObject
        {
            ["name"] = string.Create(CultureInfo.InvariantCulture, $"pod-{n}"),
            ["namespace"] = BigCluster.Namespace,
            ["labels"] = new JsonObject { ["app"] = string.Create(CultureInfo.InvariantCulture, $"w-{n % Workloads}") },
        },
        ["spec"] = new JsonObject
        {
            ["nodeName"] = string.Create(CultureInfo.InvariantCulture, $"far-{n % Nodes}"),
            ["containers"] = new JsonArray(new JsonObject { ["name"] = "none", ["image"] = "none" }),
        },
    };
}
