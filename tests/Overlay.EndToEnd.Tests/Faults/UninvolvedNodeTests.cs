using System.Collections.Concurrent;
using Overlay.Api;
using Overlay.Netlink;

namespace Overlay.EndToEnd.Tests.Faults;

/// <summary>Invariant 1: pods of a known workload come and go, and a node that has none of them hears and writes nothing.</summary>
[Collection(FaultLabCollection.Name)]
public sealed class UninvolvedNodeTests(FaultLab lab)
{
    private const int Replicas = 20;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Scaling_a_known_workload_costs_no_watch_event_and_no_kernel_write_elsewhere()
    {
        var ns = await lab.FreshNamespaceAsync();
        await using var pods = new PodSet();
        var witness = await pods.RunAsync(lab.Cluster, lab.Node3, ns, "witness");
        var first = await pods.RunAsync(lab.Cluster, lab.Node1, ns, "scaled-first", "scaled");
        await Policies.AllowOnlyAsync(lab.Cluster, ns, "witness", "scaled");
        await Until.TrueAsync(TimeSpan.FromSeconds(5), "the workload to reach the witness", () => first.ReachesAsync(witness));
        await Task.Delay(3000, Cancel); // what has begun is to end first: tags of new keys, the status of the policy

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var heard = new ConcurrentQueue<string>();
        var listening = await ListenAsync(heard, stop.Token);
        var generation = NodeState.Generation(lab.Node3);
        var changes = await NodeState.MetricAsync(lab.Node3, "overlay_rule_changes_total");

        for (var i = 1; i < Replicas; i++)
        {
            var pod = await pods.RunAsync(lab.Cluster, i % 2 == 0 ? lab.Node1 : lab.Node2, ns, $"scaled-{i}", "scaled");
            (await pod.ReachesAsync(witness, TimeSpan.FromSeconds(2))).Should().BeTrue("the tag in the packet is enough");
        }

        NodeState.Generation(lab.Node3).Should().Be(generation, "no rule of any table may have changed");
        (await NodeState.MetricAsync(lab.Node3, "overlay_rule_changes_total")).Should().Be(changes);
        await stop.CancelAsync();
        await Task.WhenAll(listening);
        heard.Should().BeEmpty();
    }

    /// <summary>Listens where an agent of node3 does, and to its kernel.</summary>
    private async Task<Task[]> ListenAsync(ConcurrentQueue<string> heard, CancellationToken stop)
    {
        var overlay = $"apis/{OverlayGroup.Name}/{OverlayGroup.Version}/";
        string[] watched =
        [
            overlay + "overlaynetworks", overlay + "subnets", overlay + "workloadtags", overlay + "overlaypolicies", "api/v1/namespaces",
            $"api/v1/nodes?fieldSelector=metadata.name={lab.Node3.Name}", $"api/v1/pods?fieldSelector=spec.nodeName={lab.Node3.Name}",
        ];
        var listening = new List<Task> { MonitorAsync(heard, stop) };
        foreach (var path in watched)
        {
            var list = await lab.Cluster.Api.GetAsync(path, stop);
            listening.Add(WatchAsync(path, (string)list!["metadata"]!["resourceVersion"]!, heard, stop));
        }

        return [.. listening];
    }

    private async Task WatchAsync(string path, string version, ConcurrentQueue<string> heard, CancellationToken stop)
    {
        try
        {
            await foreach (var (type, changed) in lab.Cluster.Api.WatchAsync(path, version, stop))
            {
                if (type is not "BOOKMARK")
                    heard.Enqueue($"{path}: {type} {changed["metadata"]?["name"]}");
            }
        }
        catch (OperationCanceledException)
        {
            // Enough heard.
        }
    }

    private async Task MonitorAsync(ConcurrentQueue<string> heard, CancellationToken stop)
    {
        using var monitor = NetworkMonitor.Open(lab.Node3.Space);
        try
        {
            await foreach (var happened in monitor.ReadAsync(stop))
            {
                // The kernel's own resolving of neighbours on the underlay is nobody's write.
                if (happened is not NetworkEvent.OfNeighbour)
                    heard.Enqueue(happened.ToString()!);
            }
        }
        catch (OperationCanceledException)
        {
            // Enough heard.
        }
    }
}
