using Overlay.EndToEnd.Tests.Faults;
using Overlay.Lab;

namespace Overlay.EndToEnd.Tests.Upgrades;

/// <summary>A rolling upgrade as traffic sees it: every node's agent goes and comes back, one node after the other.</summary>
[Collection(FaultLabCollection.Name)]
public sealed class RollingRestartTests(FaultLab lab, ITestOutputHelper told)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("SIGTERM")]
    [InlineData("SIGKILL")]
    public async Task Established_flows_lose_nothing_and_nothing_denied_arrives(string signal)
    {
        await using var ground = await RestartGround.OpenAsync(lab.Cluster, await lab.FreshNamespaceAsync());
        foreach (var node in lab.Cluster.Nodes)
        {
            if (signal is "SIGTERM")
                await node.Agent.StopAsync(TimeSpan.FromSeconds(10));
            else
                await node.Agent.KillAsync();
            await Task.Delay(500, Cancel);
            node.Agent.Start();
            await LabCluster.WaitReadyAsync(node, Cancel);
        }

        var report = await ground.StopAsync();
        told.WriteLine($"{signal}: {report}");
        report.ShouldBeUndisturbed();
    }

    [Fact]
    public async Task With_the_operator_gone_all_goes_on_but_new_workloads_which_come_to_their_rights_after()
    {
        await using var ground = await RestartGround.OpenAsync(lab.Cluster, await lab.FreshNamespaceAsync(), "newcomer");
        await using var pods = new PodSet();
        var operators = lab.Cluster.Operators[0];
        await operators.KillAsync();
        FaultPod newcomer;
        try
        {
            await lab.Node1.Agent.KillAsync();
            lab.Node1.Agent.Start();
            await LabCluster.WaitReadyAsync(lab.Node1, Cancel);
            var late = await pods.RunAsync(lab.Cluster, lab.Node1, ground.Namespace, "late", "client");
            (await late.ReachesAsync(ground.Servers[1], TimeSpan.FromSeconds(5))).Should().BeTrue("its workload has a tag");
            newcomer = await pods.RunAsync(lab.Cluster, lab.Node1, ground.Namespace, "newcomer");
            (await newcomer.ReachesAsync(ground.Servers[1])).Should().BeFalse("its workload has none yet");
        }
        finally
        {
            operators.Start();
        }

        await Until.TrueAsync(TimeSpan.FromSeconds(40), "the new workload to get its tag", () => newcomer.ReachesAsync(ground.Servers[1]), () => operators.LogTail());
        var report = await ground.StopAsync();
        told.WriteLine($"operator killed: {report}");
        report.ShouldBeUndisturbed();
    }
}
