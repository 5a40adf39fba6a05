using System.Globalization;
using Overlay.Api;
using Overlay.EndToEnd.Tests.Faults;
using Overlay.Lab;

namespace Overlay.EndToEnd.Tests.Upgrades;

/// <summary>Fault 6 with traffic: the API server is away for a while, agents are restarted and a pod is started meanwhile.</summary>
[Collection(FaultLabCollection.Name)]
public sealed class OutageTests(FaultLab lab, ITestOutputHelper told)
{
    /// <summary>How long; OVERLAY_OUTAGE_SECONDS asks for another, as 600.</summary>
    private static TimeSpan Outage =>
        TimeSpan.FromSeconds(int.Parse(Environment.GetEnvironmentVariable("OVERLAY_OUTAGE_SECONDS") ?? "30", CultureInfo.InvariantCulture));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_is_lost_nothing_denied_arrives_and_all_is_caught_up_after()
    {
        await using var ground = await RestartGround.OpenAsync(lab.Cluster, await lab.FreshNamespaceAsync());
        await using var late = await FaultPod.CreateAsync(lab.Cluster, lab.Node1, ground.Namespace, "late", "client");
        await WithoutApiServerTests.KnownAsync(lab.Node1, ["+ pods", ground.Namespace, "\"late\""]);
        var began = TimeProvider.System.GetTimestamp();
        await lab.Cluster.ApiServer.KillAsync();
        try
        {
            await lab.Node1.Agent.StopAsync(TimeSpan.FromSeconds(10));
            lab.Node1.Agent.Start();
            await lab.Node2.Agent.KillAsync();
            lab.Node2.Agent.Start();
            await LabCluster.WaitReadyAsync(lab.Node1, Cancel);
            await LabCluster.WaitReadyAsync(lab.Node2, Cancel);
            (await late.AddAsync()).Succeeded.Should().BeTrue($"its node knew it before\n{lab.Node1.Agent.LogTail()}");
            (await late.ReachesAsync(ground.Servers[1], TimeSpan.FromSeconds(5))).Should().BeTrue();
            if (Outage - TimeProvider.System.GetElapsedTime(began) is { Ticks: > 0 } rest)
                await Task.Delay(rest, Cancel);
        }
        finally
        {
            await lab.Cluster.StartApiServerAsync(Cancel);
        }

        var report = await ground.StopAsync();
        told.WriteLine($"API server away for {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0} s: {report}");
        report.ShouldBeUndisturbed();
        await using var stranger = await FaultPod.RunAsync(lab.Cluster, lab.Node2, ground.Namespace, "another", "stranger");
        (await stranger.ReachesAsync(ground.Servers[0])).Should().BeFalse();
        await lab.Cluster.Api.DeleteAsync($"apis/{OverlayGroup.Name}/{OverlayGroup.Version}/namespaces/{ground.Namespace}/overlaypolicies/server", null, Cancel);
        foreach (var server in ground.Servers)
            await Until.TrueAsync(TimeSpan.FromSeconds(60), $"the withdrawal to be obeyed on {server.Node.Name}", () => stranger.ReachesAsync(server), () => server.Node.Agent.LogTail());
    }
}
