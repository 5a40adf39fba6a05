using Overlay.EndToEnd.Tests.Faults;
using Overlay.Lab;
using Overlay.Lab.Nodes;

namespace Overlay.EndToEnd.Tests.Upgrades;

/// <summary>
/// Fault 11: a cluster goes from another release to this one and back, under traffic. The other release's binaries have to be built first, so this runs when
/// asked for only: <c>make upgrade FROM=REVISION</c>. The definitions are this checkout's all the while: they are renewed first, and stay when a release goes back.
/// </summary>
[Collection(OwnLabCollection.Name)]
public sealed class TwoReleasesTests(ITestOutputHelper told)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The folder of the other release's binaries.</summary>
    private static string Other =>
        Environment.GetEnvironmentVariable("OVERLAY_OTHER_BINARIES") ?? throw new InvalidOperationException("OVERLAY_OTHER_BINARIES names no folder: run this by make upgrade FROM=REVISION.");

    [Fact(Explicit = true)]
    public async Task Upgrade_and_downgrade_lose_nothing_let_nothing_denied_in_and_leave_pods_that_either_serves()
    {
        var options = FaultLab.Options("releases");
        using var release = new InstalledRelease(options.Instance, options.Binaries);
        release.Become(Other);
        await using var lab = await LabCluster.StartAsync(options with { Binaries = release.Folder }, null, sweepAtEnd: true, Cancel);
        await lab.CreateNamespaceAsync("ground", null, Cancel);
        await using var pods = new PodSet();
        await using (var ground = await RestartGround.OpenAsync(lab, "ground"))
        {
            await RollAsync(lab, release, options.Binaries, ground, pods, "upgraded");
            await RollAsync(lab, release, Other, ground, pods, "downgraded");
            await RollAsync(lab, release, options.Binaries, ground, pods, "again");
            var report = await ground.StopAsync();
            told.WriteLine(report.ToString());
            report.ShouldBeUndisturbed();
        }

        // What one release wired the other takes away.
        await RollAsync(lab, release, Other);
        await pods.DisposeAsync();
        foreach (var node in lab.Nodes)
            await NodeState.WaitForExactlyAsync(node, [], TimeSpan.FromSeconds(20));
    }

    /// <summary>Rolls a release out, and starts a client on each node afterwards and on the first one in between, where releases are mixed.</summary>
    private async Task RollAsync(LabCluster lab, InstalledRelease release, string binaries, RestartGround ground, PodSet pods, string name)
    {
        await RollAsync(lab, release, binaries, async () => await ServedAsync(lab.Nodes[0], "mixed"));
        foreach (var (node, i) in lab.Nodes.Select((node, i) => (node, i)))
            await ServedAsync(node, FormattableString.Invariant($"after-{i}"));
        told.WriteLine($"{name}: {string.Join(", ", lab.Nodes.Select(node => node.Agent.Process!.Id))}");

        async Task ServedAsync(LabNode node, string which)
        {
            var client = await pods.RunAsync(lab, node, ground.Namespace, $"{name}-{which}", "client");
            foreach (var server in ground.Servers)
                (await client.ReachesAsync(server, TimeSpan.FromSeconds(5))).Should().BeTrue($"{client.Name} is a client of {server.Name}\n{node.Agent.LogTail()}\n{server.Node.Agent.LogTail()}");
        }
    }

    private static async Task RollAsync(LabCluster lab, InstalledRelease release, string binaries, Func<Task>? halfWay = null)
    {
        release.Become(binaries);
        await lab.Operators[0].StopAsync(TimeSpan.FromSeconds(20));
        lab.Operators[0].Start();
        foreach (var (node, i) in lab.Nodes.Select((node, i) => (node, i)))
        {
            await node.Agent.StopAsync(TimeSpan.FromSeconds(10));
            node.Agent.Start();
            await LabCluster.WaitReadyAsync(node, Cancel);
            if (i == 1 && halfWay is not null)
                await halfWay();
        }
    }
}
