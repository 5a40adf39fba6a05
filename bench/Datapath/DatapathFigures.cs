using System.Net;
using System.Net.Sockets;
using Overlay.Bench.Figures;
using Overlay.Bench.Traffic;
using Overlay.Lab;

namespace Overlay.Bench.Datapath;

/// <summary>
/// Throughput, requests and connections between two nodes with 1,000 workloads and policies, as ratios to the very same veths and VXLAN
/// with connection tracking and no policy. For the baseline our table is taken out (agents stopped, so that they don't mend it).
/// </summary>
internal static class DatapathFigures
{
    private const int Port = 9000;
    private const int Rounds = 7;
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(1);

    /// <summary>What stays of the table in the baseline: connections are tracked, nothing is judged.</summary>
    private const string TrackedOnly = "add table inet tracked_only; "
        + "add chain inet tracked_only forward { type filter hook forward priority filter; policy accept; }; "
        + "add rule inet tracked_only forward ct state new counter";

    public static async Task MeasureAsync(LabCluster lab, FigureBook book, CancellationToken cancel)
    {
        await Crowd.GatherAsync(lab, 1000, "server", cancel);
        using var client = await lab.RunPodAsync(Crowd.Namespace, "client", Labels("w-7"), lab.Nodes[0].Name, cancel);
        using var server = await lab.RunPodAsync(Crowd.Namespace, "server", Labels("server"), lab.Nodes[1].Name, cancel);
        await lab.Api.CreateAsync($"apis/overlay-cni.io/v1alpha1/namespaces/{Crowd.Namespace}/overlaypolicies", Crowd.Allow("measured", "server", "w-7", Port), cancel);
        using var listener = TrafficServer.Start(server.Space, Port);
        var to = new IPEndPoint(server.Address, Port);
        await LabCluster.WaitAsync(() => Task.FromResult(Connects(client, to)), TimeSpan.FromSeconds(20), "the client to be allowed", null, cancel);

        List<double>[] ours = [[], [], []], bare = [[], [], []];
        for (var round = 0; round < Rounds; round++)
        {
            Measure(ours, client, to);
            await WithoutPolicyAsync(lab, () => Measure(bare, client, to), cancel);
        }

        Compare(book, "tcp-throughput", "Gbit/s", ours[0], bare[0]);
        Compare(book, "tcp-requests", "1/s", ours[1], bare[1]);
        Compare(book, "tcp-connections", "1/s", ours[2], bare[2]);
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

    private static async Task WithoutPolicyAsync(LabCluster lab, Action measure, CancellationToken cancel)
    {
        const int stop = 19, go = 18;
        foreach (var node in lab.Nodes)
        {
            node.Agent.Signal(stop);
            node.Run("nft", "delete table inet overlay").Checked();
            node.Run("nft", TrackedOnly).Checked();
        }

        try
        {
            measure();
        }
        finally
        {
            foreach (var node in lab.Nodes)
            {
                node.Run("nft", "delete table inet tracked_only");
                node.Agent.Signal(go);
            }
        }

        foreach (var node in lab.Nodes)
        {
            await LabCluster.WaitAsync(
                () => Task.FromResult(node.Run("nft", "list", "table", "inet", "overlay").ExitCode == 0 ? "back" : null),
                TimeSpan.FromSeconds(20),
                $"{node.Name}'s rules to be back",
                node.Agent,
                cancel);
        }
    }

    private static Dictionary<string, string> Labels(string app) => new(StringComparer.Ordinal) { ["app"] = app };

    private static void Compare(FigureBook book, string name, string unit, List<double> ours, List<double> bare) =>
        book.Add(new Figure(name, unit, ours.Median())
        {
            Baseline = bare.Median(),
            Against = "same path, conntrack, no policy",
            Goal = ">= 0.95x",
            Reached = ours.Median() >= 0.95 * bare.Median(),
            Samples = ours,
            BaselineSamples = bare,
        });
}
