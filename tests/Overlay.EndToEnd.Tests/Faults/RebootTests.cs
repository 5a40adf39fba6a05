using System.Globalization;
using Microsoft.Data.Sqlite;
using Overlay.Lab;
using Overlay.Lab.Nodes;
using Overlay.Netlink;

namespace Overlay.EndToEnd.Tests.Faults;

/// <summary>Fault 18: a node is booted with many pods: all are back soon, and no address stays taken by one of before.</summary>
[Collection(FaultLabCollection.Name)]
public sealed class RebootTests(FaultLab lab)
{
    private const int Pods = 30;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_pods_are_back_within_a_minute_and_no_address_is_lost()
    {
        var ns = await lab.FreshNamespaceAsync();
        await using var pods = new PodSet();
        var client = await pods.RunAsync(lab.Cluster, lab.Node1, ns, "client");
        var served = await pods.RunAsync(lab.Cluster, lab.Node3, ns, "served", Pods);
        var stranger = await pods.RunAsync(lab.Cluster, lab.Node1, ns, "stranger");
        await Policies.AllowOnlyAsync(lab.Cluster, ns, "served", "client");
        await Until.TrueAsync(TimeSpan.FromSeconds(20), "the stranger to be denied", async () => !await stranger.ReachesAsync(served[0]));

        await lab.Node3.Agent.KillAsync();
        var old = served.Select(pod => pod.Variables("DEL")).ToList();
        var began = TimeProvider.System.GetTimestamp();
        try
        {
            foreach (var pod in served)
                pod.Renew();
            Boot(lab.Node3);
        }
        finally
        {
            lab.Node3.Agent.Start();
        }

        await LabCluster.WaitReadyAsync(lab.Node3, Cancel);

        // As a kubelet does: the old sandbox is stopped, if it is remembered at all, and a new one is made.
        await Parallel.ForEachAsync(served.Zip(old).Select((pair, i) => (pair.First, pair.Second, i)), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancel }, async (pod, _) =>
        {
            if (pod.i % 3 != 0)
                (await lab.Node3.Runtime.CallAsync(pod.Second, Lab.Runtime.CniRuntime.Configuration().ToJsonString(), Cancel)).ExitCode.Should().Be(0);
            (await pod.First.AddAsync()).Succeeded.Should().BeTrue($"{pod.First.Name} must be back\n{lab.Node3.Agent.LogTail()}");
        });
        TimeProvider.System.GetElapsedTime(began).Should().BeLessThan(TimeSpan.FromSeconds(60));
        foreach (var pod in served)
        {
            pod.Serve();
            (await client.ReachesAsync(pod, TimeSpan.FromSeconds(5))).Should().BeTrue($"{pod.Name} must be reached");
            (await stranger.ReachesAsync(pod)).Should().BeFalse();
        }

        await NodeState.WaitForExactlyAsync(lab.Node3, served, TimeSpan.FromSeconds(20));
    }

    /// <summary>What a boot leaves of a node: its disk, with another boot's id in it.</summary>
    private static void Boot(LabNode node)
    {
        // The pods' veths have gone with their namespaces.
        using (var kernel = RouteSocket.Open(node.Space))
            kernel.DeleteLink(kernel.GetLink("overlay-vtep")!.Index);
        node.Run("nft", "flush", "ruleset").Checked();
        using var store = new SqliteConnection(string.Create(CultureInfo.InvariantCulture, $"Data Source={Path.Combine(node.StateFolder, "attachments.db")};Pooling=False"));
        store.Open();
        using var change = store.CreateCommand();
        change.CommandText = "UPDATE boot SET id = 'the boot before'";
        change.ExecuteNonQuery().Should().Be(1);
    }
}
