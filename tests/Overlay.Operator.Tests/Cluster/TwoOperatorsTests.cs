using System.Net;
using Overlay.Api.Subnets;
using Overlay.Operator.Subnets;

namespace Overlay.Operator.Tests.Cluster;

/// <summary>Fault 4 in the small: nothing but the objects' names keeps the two apart.</summary>
public sealed class TwoOperatorsTests
{
    [Fact]
    public async Task That_both_lead_give_no_subnet_and_no_tag_out_twice_while_255_nodes_join()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.NetworkAsync();
        await cluster.NamespaceAsync("shop");
        cluster.StartOperator(leaderElection: false);
        cluster.StartOperator(leaderElection: false);
        await Parallel.ForEachAsync(Enumerable.Range(0, 255), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            await cluster.NodeAsync($"node-{i}", $"192.0.2.{i}");
            await cluster.PodAsync("shop", $"pod-{i}", ("app", $"app-{i}"));
        });

        var subnets = await TestCluster.EventuallyAsync(
            () => TestCluster.AllAsync(cluster.Subnets),
            s => s.Where(x => x.Status?.Phase != AllocationPhase.Released).Select(x => x.Spec.NodeUid).Distinct().Count() == 255
                && s.Count(x => x.Status?.Phase != AllocationPhase.Released) == 255,
            60);
        subnets.Should().HaveCount(255, "a second one for some node would have to rest, and the pool has one block to spare");
        var blocks = subnets.Select(s => IPNetwork.Parse(s.Spec.Cidr)).ToArray();
        for (var i = 0; i < blocks.Length; i++)
        {
            for (var j = i + 1; j < blocks.Length; j++)
            {
                Pool.Overlap(blocks[i], blocks[j]).Should().BeFalse();
            }
        }

        var tags = await TestCluster.EventuallyAsync(
            () => TestCluster.AllAsync(cluster.Tags),
            t => t.Where(x => x.Status?.Phase != AllocationPhase.Released).Select(x => x.Spec.Labels["app"]).Distinct().Count() == 255
                && t.Count(x => x.Status?.Phase != AllocationPhase.Released) == 255,
            60);
        tags.Select(t => t.Spec.Tag).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task The_one_that_follows_takes_over_when_the_leader_stops()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.NetworkAsync();
        cluster.StartOperator();
        await cluster.NodeAsync("node-1");
        await TestCluster.EventuallyAsync(() => TestCluster.AllAsync(cluster.Subnets), s => s.Length == 1);
        cluster.StartOperator();
        await cluster.StopFirstOperatorAsync();
        await cluster.NodeAsync("node-2");
        await TestCluster.EventuallyAsync(() => TestCluster.AllAsync(cluster.Subnets), s => s.Length == 2);
    }
}
