using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Overlay.Bench.Figures;
using Overlay.Bench.Traffic;
using Overlay.Lab;
using Overlay.Lab.Nodes;

namespace Overlay.Bench.Datapath;

/// <summary>
/// Throughput, requests and connections between two nodes, with few and many elements in the sets, as ratios to the very same pods, veths and VXLAN without
/// policy: once with connection tracking alone, once with the NAT hooks that our masquerade (or kube-proxy) brings, too.
/// </summary>
internal static class DatapathFigures
{
    private const int Port = 9000;
    private const int Workloads = 1000;
    private const string Policies = $"apis/overlay-cni.io/v1alpha1/namespaces/{Crowd.Namespace}/overlaypolicies";
    private const string Tracked = "same path, conntrack, no policy";
    private const string Translated = "same path, conntrack and NAT hooks, no policy";
    private static readonly TimeSpan Time = TimeSpan.FromMilliseconds(400);
    private static readonly string[] Names = ["tcp-throughput", "tcp-requests", "tcp-connections"];
    private static readonly string[] Units = ["Gbit/s", "1/s", "1/s"];

    /// <summary>Measures at each size.</summary>
    /// <param name="lab">The cluster.</param>
    /// <param name="book">Where figures go.</param>
    /// <param name="sizes">How many elements (about) say who may reach the server; ascending.</param>
    /// <param name="prefix">What the figures' names begin with; not empty: the iptables backend.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task MeasureAsync(LabCluster lab, FigureBook book, IReadOnlyList<int> sizes, string prefix, CancellationToken cancel)
    {
        await lab.CreateNamespaceAsync(Crowd.Namespace, null, cancel);
        using var client = await lab.RunPodAsync(Crowd.Namespace, "client", Labels("w-7"), lab.Nodes[0].Name, cancel);
        using var server = await lab.RunPodAsync(Crowd.Namespace, "server", Labels("server"), lab.Nodes[1].Name, cancel);
        await lab.Api.CreateAsync(Policies, Crowd.Allow("measured", "server", "w-7", Port), cancel);
        using var listener = TrafficServer.Start(server.Space, Port);
        var to = new IPEndPoint(server.Address, Port);
        foreach (var size in sizes)
        {
            await FillAsync(lab, size, prefix.Length == 0, cancel);
            await LabCluster.WaitAsync(() => Task.FromResult(Connects(client, to)), TimeSpan.FromSeconds(20), "the client to be allowed", null, cancel);
            await AtAsync(lab, book, prefix, size, client, to, cancel);
        }
    }

    private static async Task AtAsync(LabCluster lab, FigureBook book, string prefix, int size, LabPod client, IPEndPoint to, CancellationToken cancel)
    {
        List<double>[] ours = [[], [], []], tracked = [[], [], []], translated = [[], [], []];
        var isIptables = prefix.Length > 0;
        using (var paths = new Paths(lab, isIptables))
        {
            paths.Halt();
            for (var round = 0; round < (size == Workloads ? 7 : 4); round++)
            {
                cancel.ThrowIfCancellationRequested();
                Measure(ours, client, to);
                if (isIptables)
                    continue;
                paths.Tracked();
                Measure(tracked, client, to);
                paths.Translated();
                Measure(translated, client, to);
                paths.Ours();
            }

            if (!isIptables && size == Workloads)
                MeasureLists(book, paths, client, to, tracked);
        }

        for (var n = 0; n < Names.Length; n++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{prefix}{Names[n]}-{size}-elements");
            if (isIptables)
            {
                book.Add(new Figure(name, Units[n], ours[n].Median()) { Samples = ours[n] });
                continue;
            }

            book.Add(Compare(name, Units[n], ours[n], tracked[n], Tracked));
            book.Add(Compare(name + "-beside-nat", Units[n], ours[n], translated[n], Translated));
        }
    }

    private static void MeasureLists(FigureBook book, Paths paths, LabPod client, IPEndPoint to, List<double>[] tracked)
    {
        foreach (var rules in (int[])[1000, 5000])
        {
            paths.Listed(rules, Port);
            List<double>[] listed = [[], [], []];
            Measure(listed, client, to);
            Measure(listed, client, to);
            for (var n = 0; n < Names.Length; n++)
                book.Add(Compare(string.Create(CultureInfo.InvariantCulture, $"linear-chain-{Names[n]}-{rules}-rules"), Units[n], listed[n], tracked[n], Tracked) with { Goal = null, Reached = null });
        }

        paths.Ours();
    }

    /// <summary>Fills the server's sets: ten ports of one workload, one port of each of 1,000, or many ports of each.</summary>
    private static async Task FillAsync(LabCluster lab, int size, bool wait, CancellationToken cancel)
    {
        if (size < Workloads)
            await lab.Api.CreateAsync(Policies, Wide("few", new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = "w-7" } }, size - 1), cancel);
        else if (size == Workloads)
            await Crowd.GatherAsync(lab, Workloads, "server", cancel);
        else
            await PutAsync(lab, Wide("wide", new JsonObject { ["matchExpressions"] = new JsonArray(new JsonObject { ["key"] = "app", ["operator"] = "Exists" }) }, (size / Workloads) - 1), cancel);
        if (!wait)
        {
            await Task.Delay(TimeSpan.FromSeconds(3), cancel);
            return;
        }

        await LabCluster.WaitAsync(
            () => Task.FromResult(Elements(lab.Nodes[1]) >= size ? "all" : null),
            TimeSpan.FromSeconds(60),
            string.Create(CultureInfo.InvariantCulture, $"{size} elements to be in the server's node's set"),
            lab.Nodes[1].Agent,
            cancel,
            () => string.Create(CultureInfo.InvariantCulture, $"there are {Elements(lab.Nodes[1])}"));
    }

    private static async Task PutAsync(LabCluster lab, JsonObject policy, CancellationToken cancel)
    {
        var path = $"{Policies}/{policy["metadata"]!["name"]}";
        if (await lab.Api.GetAsync(path, cancel) is null)
            await lab.Api.CreateAsync(Policies, policy, cancel);
        else
            await lab.Api.PatchAsync(path, new JsonObject { ["spec"] = policy["spec"]!.DeepClone() }, cancel);
    }

    private static JsonObject Wide(string name, JsonObject from, int ports)
    {
        var policy = Crowd.Allow(name, "server", "", 1);
        policy["spec"]!["ingress"] = new JsonArray(new JsonObject
        {
            ["from"] = new JsonArray(new JsonObject { ["podSelector"] = from }),
            ["ports"] = new JsonArray([.. Enumerable.Range(0, ports).Select(n => new JsonObject { ["protocol"] = "TCP", ["port"] = 10_000 + (2 * n) })]),
        });
        return policy;
    }

    private static int Elements(LabNode node)
    {
        using var socket = Netlink.NfTables.NfTablesSocket.Open(node.Space);
        return socket.Elements(new Netlink.NfTables.TableName(Netlink.NfTables.NfFamily.Inet, "overlay"), "grants").Count;
    }

    private static string? Connects(LabPod client, IPEndPoint to)
    {
        try
        {
            TrafficClient.Requests(client.Space, to, TimeSpan.FromMilliseconds(1));
            return "yes";
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private static void Measure(List<double>[] samples, LabPod client, IPEndPoint to)
    {
        samples[0].Add(TrafficClient.Throughput(client.Space, to, Time));
        samples[1].Add(TrafficClient.Requests(client.Space, to, Time));
        samples[2].Add(TrafficClient.Connections(client.Space, to, Time));
    }

    private static Dictionary<string, string> Labels(string app) => new(StringComparer.Ordinal) { ["app"] = app };

    private static Figure Compare(string name, string unit, List<double> ours, List<double> bare, string against) => new(name, unit, ours.Median())
    {
        Baseline = bare.Median(),
        Against = against,
        Goal = ">= 0.95x",
        Reached = ours.Median() >= 0.95 * bare.Median(),
        Samples = ours,
        BaselineSamples = bare,
    };
}
