using Overlay.Lab;

namespace Overlay.EndToEnd.Tests.Faults;

/// <summary>Fault 2, and invariant 6: traffic does not need the agent, nor the API server.</summary>
[Collection(FaultLabCollection.Name)]
public sealed class AgentDeathTests(FaultLab lab)
{
    [Fact]
    public async Task Killed_amid_churn_it_disturbs_no_flow_and_comes_back_to_exactly_the_pods_that_are_there()
    {
        var ns = await lab.FreshNamespaceAsync();
        await using var pods = new PodSet();
        var here = await pods.RunAsync(lab.Cluster, lab.Node1, ns, "here", 4);
        var there = await pods.RunAsync(lab.Cluster, lab.Node2, ns, "there", 4);
        var churned = await pods.CreateAsync(lab.Cluster, lab.Node1, ns, "churned", 12);
        var flows = await Flow.StartAllAsync([.. here.Zip(there), .. there.Zip(here), (here[0], here[1]), (here[2], here[3])]);

        using var churn = new Churn(churned);
        await Task.Delay(1500, TestContext.Current.CancellationToken);
        await lab.Node1.Agent.KillAsync();
        await Task.Delay(1000, TestContext.Current.CancellationToken);
        lab.Node1.Agent.Start();
        await churn.StopAsync();
        churn.Rounds.Should().BeGreaterThan(churned.Count, "the churn must have been one");

        await NodeState.WaitForExactlyAsync(lab.Node1, [.. here, .. churned.Where(p => p.Address is not null)], TimeSpan.FromSeconds(10));
        (await Flow.StopAllAsync(flows)).ShouldBeUndisturbed();
    }

    [Fact]
    public async Task With_agents_and_api_server_away_traffic_and_denials_stay_and_a_restart_changes_nothing()
    {
        var ns = await lab.FreshNamespaceAsync();
        await using var pods = new PodSet();
        var client = await pods.RunAsync(lab.Cluster, lab.Node1, ns, "client");
        var stranger = await pods.RunAsync(lab.Cluster, lab.Node1, ns, "stranger");
        var server = await pods.RunAsync(lab.Cluster, lab.Node2, ns, "server");
        await Policies.AllowOnlyAsync(lab.Cluster, ns, "server", "client");
        await Until.TrueAsync(TimeSpan.FromSeconds(5), "the stranger to be denied", async () => !await stranger.ReachesAsync(server));
        var flows = await Flow.StartAllAsync([(client, server)]);
        var before = (One: NodeState.Rules(lab.Node1), Two: NodeState.Rules(lab.Node2));

        await lab.Cluster.ApiServer.KillAsync();
        try
        {
            foreach (var node in lab.Cluster.Nodes)
                await node.Agent.KillAsync();
            await StaysAsync();

            // An agent that comes up and learns nothing must not take its ignorance for the truth.
            foreach (var node in lab.Cluster.Nodes)
                node.Agent.Start();
            await Task.Delay(4000, TestContext.Current.CancellationToken);
            await StaysAsync();
            NodeState.Rules(lab.Node1).Should().Be(before.One);
            NodeState.Rules(lab.Node2).Should().Be(before.Two);
        }
        finally
        {
            await lab.Cluster.StartApiServerAsync(TestContext.Current.CancellationToken);
        }

        foreach (var node in lab.Cluster.Nodes)
            await LabCluster.WaitReadyAsync(node, TestContext.Current.CancellationToken);
        await StaysAsync();
        (await Flow.StopAllAsync(flows)).ShouldBeUndisturbed();

        async Task StaysAsync()
        {
            (await client.ReachesAsync(server, TimeSpan.FromSeconds(2))).Should().BeTrue("what is allowed stays allowed");
            (await stranger.ReachesAsync(server)).Should().BeFalse("what is denied stays denied");
        }
    }
}
