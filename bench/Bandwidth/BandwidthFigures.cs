using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Overlay.Bench.Figures;
using Overlay.Bench.Traffic;
using Overlay.Lab;
using Overlay.Netlink;

namespace Overlay.Bench.Bandwidth;

/// <summary>
/// What a pod with bandwidth annotations gets, as a share of what it asked for: by the bytes that arrive at a device, as the buckets count them, while one
/// TCP connection sends all it can to a pod of another node.
/// </summary>
internal static class BandwidthFigures
{
    private const string Namespace = "narrow";
    private const int Port = 9100;
    private const double Tolerance = 0.1;
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1.5), Measured = TimeSpan.FromSeconds(6);

    public static async Task MeasureAsync(LabCluster lab, FigureBook book, CancellationToken cancel)
    {
        await lab.CreateNamespaceAsync(Namespace, null, cancel);
        using var free = await lab.RunPodAsync(Namespace, "free", null, "node1", cancel);
        using var freeServer = TrafficServer.Start(free.Space, Port);
        foreach (var rate in (int[])[10, 100, 1000])
        {
            using var narrow = await NarrowAsync(lab, rate, cancel);
            using var server = TrafficServer.Start(narrow.Space, Port);
            foreach (var (direction, from, to) in new[] { ("ingress", free, narrow), ("egress", narrow, free) })
            {
                var got = await RateAsync(from, to, cancel);
                book.Add(new Figure(string.Create(CultureInfo.InvariantCulture, $"bandwidth-{direction}-{rate}M"), "Mbit/s", got)
                {
                    Baseline = rate,
                    Against = "asked for",
                    Goal = "within 10 %",
                    Reached = Math.Abs((got / rate) - 1) <= Tolerance,
                    Samples = [got],
                });
            }
        }
    }

    private static async Task<double> RateAsync(LabPod from, LabPod to, CancellationToken cancel)
    {
        var sending = Task.Run(() => TrafficClient.Throughput(from.Space, new IPEndPoint(to.Address, Port), Settling + Measured + Settling), cancel);
        await Task.Delay(Settling, cancel);
        var (before, began) = (Received(to.Space), Stopwatch.GetTimestamp());
        await Task.Delay(Measured, cancel);
        var rate = (Received(to.Space) - before) * 8 / Stopwatch.GetElapsedTime(began).TotalSeconds / 1e6;
        await sending;
        return rate;
    }

    /// <summary>Bytes that the pod's device has received (proc(5), net/dev).</summary>
    private static long Received(NetworkNamespace inside) => inside.Run(() =>
        long.Parse(
            File.ReadLines("/proc/thread-self/net/dev").Single(line => line.TrimStart().StartsWith("eth0:", StringComparison.Ordinal)).Split(':')[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0],
            CultureInfo.InvariantCulture));

    private static async Task<LabPod> NarrowAsync(LabCluster lab, int rate, CancellationToken cancel)
    {
        var (name, quantity) = (string.Create(CultureInfo.InvariantCulture, $"narrow-{rate}"), string.Create(CultureInfo.InvariantCulture, $"{rate}M"));
        await lab.Api.CreateAsync(
            $"api/v1/namespaces/{Namespace}/pods",
            new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "Pod",
                ["metadata"] = new JsonObject
                {
                    ["name"] = name,
                    ["annotations"] = new JsonObject { ["kubernetes.io/ingress-bandwidth"] = quantity, ["kubernetes.io/egress-bandwidth"] = quantity },
                },
                ["spec"] = new JsonObject { ["nodeName"] = "node2", ["containers"] = new JsonArray(new JsonObject { ["name"] = "echo", ["image"] = "overlay-lab/echo" }) },
            },
            cancel);
        return await lab.WaitRunningAsync(Namespace, name, cancel);
    }
}
