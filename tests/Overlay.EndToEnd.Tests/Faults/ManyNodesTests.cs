using System.Text;
using Overlay.Api;
using Overlay.Lab;
using Overlay.Lab.Nodes;

namespace Overlay.EndToEnd.Tests.Faults;

/// <summary>Fault 24: an agent that knows nothing starts among 5,000 nodes, on a kernel that knows none of them.</summary>
[Collection(OwnLabCollection.Name)]
public sealed class ManyNodesTests(ITestOutputHelper told)
{
    private const int Nodes = 5_000;
    private const int LargestObject = 1024 * 1024;
    private static readonly TimeSpan ColdStart = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_agent_that_starts_cold_has_all_of_them_programmed_in_thirty_seconds_and_no_object_is_over_a_mebibyte()
    {
        await using var lab = await LabCluster.StartAsync(FaultLab.Options("many-nodes") with { Nodes = 1 }, null, sweepAtEnd: true, Cancel);
        var node = lab.Nodes[0];
        await Task.WhenAll(lab.Operators.Select(one => one.StopAsync(TimeSpan.FromSeconds(10))));
        await FarNodes.JoinAsync(lab, Nodes, Cancel);
        await ForgetAsync(node);

        var began = TimeProvider.System.GetTimestamp();
        node.Agent.Start();
        await LabCluster.WaitReadyAsync(node, Cancel);
        await Until.TrueAsync(
            ColdStart - TimeProvider.System.GetElapsedTime(began),
            $"{Nodes} nodes to be programmed",
            () => Programmed(node).All(each => each.Count == Nodes),
            () => $"{string.Join(", ", Programmed(node))}\n{node.Agent.LogTail()}");
        told.WriteLine($"rules in force and {Nodes} nodes programmed {TimeProvider.System.GetElapsedTime(began).TotalSeconds:F1} s after the start");

        foreach (var path in (string[])[LabCluster.SubnetsPath, $"apis/{OverlayGroup.Name}/{OverlayGroup.Version}/overlaynetworks", "apis/coordination.k8s.io/v1/leases", "api/v1/events"])
        {
            var largest = (await lab.Api.ListAsync(path, Cancel)).Select(one => Encoding.UTF8.GetByteCount(one.ToJsonString())).DefaultIfEmpty().Max();
            told.WriteLine($"{path}: the largest has {largest} bytes");
            largest.Should().BeLessThan(LargestObject, "{0} must fit into etcd, whatever the cluster", path);
        }
    }

    /// <summary>As on a machine that was just made: no device, no rules, no file.</summary>
    private static async Task ForgetAsync(LabNode node)
    {
        await node.Agent.StopAsync(TimeSpan.FromSeconds(10));
        node.Run("ip", "link", "delete", "overlay-vtep").Checked();
        node.Run("nft", "delete table inet overlay").Checked();
        Directory.Delete(node.StateFolder, recursive: true);
    }

    private static (string What, int Count)[] Programmed(LabNode node)
    {
        var lines = NodeState.VtepState(node);
        return [.. ((string[])["route", "neighbour", "forward"]).Select(what => (what, lines.Count(line => line.StartsWith(what + " ", StringComparison.Ordinal))))];
    }
}
