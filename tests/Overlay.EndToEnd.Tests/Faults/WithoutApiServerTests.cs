using Overlay.Api;
using Overlay.Lab;
using Overlay.Lab.Nodes;

namespace Overlay.EndToEnd.Tests.Faults;

/// <summary>Faults 6 and 22: an agent that starts while the API server is away works from what the node knew, or from nothing.</summary>
[Collection(FaultLabCollection.Name)]
public sealed class WithoutApiServerTests(FaultLab lab)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pods_start_denied_stays_denied_and_what_happened_meanwhile_is_obeyed_after()
    {
        var ns = await lab.FreshNamespaceAsync();
        await using var pods = new PodSet();
        var server = await pods.RunAsync(lab.Cluster, lab.Node2, ns, "server");
        var early = await pods.RunAsync(lab.Cluster, lab.Node1, ns, "early");
        await Policies.AllowOnlyAsync(lab.Cluster, ns, "server", "client");
        await Until.TrueAsync(Patience, "the policy to be in force", async () => !await early.ReachesAsync(server));
        await using var late = await FaultPod.CreateAsync(lab.Cluster, lab.Node1, ns, "late", "client");
        await using var stranger = await FaultPod.CreateAsync(lab.Cluster, lab.Node1, ns, "stranger", "stranger");
        await using var deleted = await FaultPod.CreateAsync(lab.Cluster, lab.Node1, ns, "deleted", "client");
        await KnownAsync(lab.Node1, ["+ pods", ns, "\"late\""], ["+ pods", ns, "\"stranger\""], ["+ pods", ns, "\"deleted\""]);
        foreach (var node in lab.Cluster.Nodes)
            await KnownAsync(node, ["+ workloadtags", ns, "\"client\""], ["+ workloadtags", ns, "\"stranger\""]);
        await lab.Cluster.Api.DeleteAsync($"api/v1/namespaces/{ns}/pods/deleted", new() { ["gracePeriodSeconds"] = 0 }, Cancel);
        await KnownAsync(lab.Node1, [$"- pods {ns}/deleted"]);
        var flows = await Flow.StartAllAsync([(early, early)]);

        await lab.Cluster.ApiServer.KillAsync();
        try
        {
            await lab.Node1.Agent.KillAsync();
            lab.Node1.Agent.Start();
            await LabCluster.WaitReadyAsync(lab.Node1, Cancel);
            (await NodeState.ReadinessAsync(lab.Node1)).Should().Contain("[!]api-server: ");
            (await late.AddAsync()).Succeeded.Should().BeTrue($"its object is known\n{lab.Node1.Agent.LogTail()}");
            (await stranger.AddAsync()).Succeeded.Should().BeTrue();
            (await deleted.AddAsync()).ErrorCode.Should().Be(11, "its object is not known any more");
            (await late.ReachesAsync(server, TimeSpan.FromSeconds(5))).Should().BeTrue("what was allowed is allowed to new pods too");
            (await stranger.ReachesAsync(server)).Should().BeFalse();
            (await early.ReachesAsync(server)).Should().BeFalse();
        }
        finally
        {
            await lab.Cluster.StartApiServerAsync(Cancel);
        }

        await lab.Cluster.Api.DeleteAsync($"apis/{OverlayGroup.Name}/{OverlayGroup.Version}/namespaces/{ns}/overlaypolicies/server", null, Cancel);
        await Until.TrueAsync(TimeSpan.FromSeconds(40), "the withdrawal to be obeyed", () => stranger.ReachesAsync(server), () => lab.Node2.Agent.LogTail());
        await Until.TrueAsync(TimeSpan.FromSeconds(40), "the note to go", async () => (await NodeState.ReadinessAsync(lab.Node1)).Contains("[+]api-server ok", StringComparison.Ordinal));
        (await Flow.StopAllAsync(flows)).ShouldBeUndisturbed();
    }

    [Fact]
    public async Task A_damaged_file_is_discarded_rules_stay_and_no_pod_starts_by_half_of_it()
    {
        var ns = await lab.FreshNamespaceAsync();
        await using var pods = new PodSet();
        var server = await pods.RunAsync(lab.Cluster, lab.Node1, ns, "server");
        var early = await pods.RunAsync(lab.Cluster, lab.Node1, ns, "early");
        await Policies.AllowOnlyAsync(lab.Cluster, ns, "server", "client");
        await Until.TrueAsync(Patience, "the policy to be in force", async () => !await early.ReachesAsync(server));
        await using var late = await FaultPod.CreateAsync(lab.Cluster, lab.Node1, ns, "late", "client");
        await KnownAsync(lab.Node1, ["+ pods", ns, "\"late\""], ["+ workloadtags", ns, "\"client\""]);

        await lab.Cluster.ApiServer.KillAsync();
        try
        {
            await lab.Node1.Agent.KillAsync();
            var bytes = await File.ReadAllBytesAsync(KnownObjects(lab.Node1), Cancel);
            bytes[bytes.Length / 2] ^= 0x10;
            await File.WriteAllBytesAsync(KnownObjects(lab.Node1), bytes, Cancel);
            lab.Node1.Agent.Start();
            await Until.TrueAsync(Patience, "the file to be discarded", () => lab.Node1.Agent.LogTail().Contains("discarded", StringComparison.Ordinal), () => lab.Node1.Agent.LogTail());
            (await late.AddAsync()).ErrorCode.Should().Be(11);
            (await early.ReachesAsync(server)).Should().BeFalse("the kernel's rules stay");
        }
        finally
        {
            await lab.Cluster.StartApiServerAsync(Cancel);
        }

        await Until.TrueAsync(TimeSpan.FromSeconds(40), "pods to start again", async () => (await late.AddAsync()).Succeeded, () => lab.Node1.Agent.LogTail());
        (await late.ReachesAsync(server, TimeSpan.FromSeconds(5))).Should().BeTrue();
    }

    private static string KnownObjects(LabNode node) => Path.Combine(node.StateFolder, "known-objects");

    /// <summary>Waits until a node has on disk, for each of these, a line with all its words.</summary>
    internal static async Task KnownAsync(LabNode node, params string[][] lines) =>
        await Until.TrueAsync(
            Patience,
            $"{node.Name} to have on disk {string.Join("; ", lines.Select(words => string.Join(' ', words)))}",
            () => File.Exists(KnownObjects(node)) && File.ReadAllLines(KnownObjects(node)) is var known && lines.All(words => known.Any(line => words.All(line.Contains))));
}
