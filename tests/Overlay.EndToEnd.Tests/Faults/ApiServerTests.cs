using Overlay.Api;

namespace Overlay.EndToEnd.Tests.Faults;

/// <summary>Fault 21: the API server restarted, its watches cut: everybody comes to the same final state.</summary>
[Collection(FaultLabCollection.Name)]
public sealed class ApiServerTests(FaultLab lab)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Restarted_it_is_followed_again_and_what_happened_meanwhile_is_obeyed()
    {
        var ns = await lab.FreshNamespaceAsync();
        await using var pods = new PodSet();
        var client = await pods.RunAsync(lab.Cluster, lab.Node1, ns, "client");
        var stranger = await pods.RunAsync(lab.Cluster, lab.Node1, ns, "stranger");
        var server = await pods.RunAsync(lab.Cluster, lab.Node2, ns, "server");
        var flows = await Flow.StartAllAsync([(client, server)]);
        (await stranger.ReachesAsync(server, TimeSpan.FromSeconds(2))).Should().BeTrue();

        await lab.Cluster.ApiServer.KillAsync();
        await Task.Delay(2000, Cancel);
        await lab.Cluster.StartApiServerAsync(Cancel);
        await Policies.AllowOnlyAsync(lab.Cluster, ns, "server", "client");
        await DeniedAsync(stranger, server);
        (await client.ReachesAsync(server, TimeSpan.FromSeconds(2))).Should().BeTrue();
        await using var late = await FaultPod.RunAsync(lab.Cluster, lab.Node3, ns, "late", "client");
        (await late.ReachesAsync(server, TimeSpan.FromSeconds(5))).Should().BeTrue("pods go on to start");
        (await Flow.StopAllAsync(flows)).ShouldBeUndisturbed();
    }

    [Fact]
    public async Task Cut_off_for_a_while_a_node_catches_up()
    {
        var ns = await lab.FreshNamespaceAsync();
        await using var pods = new PodSet();
        var client = await pods.RunAsync(lab.Cluster, lab.Node1, ns, "client");
        var stranger = await pods.RunAsync(lab.Cluster, lab.Node1, ns, "stranger");
        var server = await pods.RunAsync(lab.Cluster, lab.Node2, ns, "server");
        var other = await pods.RunAsync(lab.Cluster, lab.Node2, ns, "other");
        var flows = await Flow.StartAllAsync([(client, server)]);
        (await stranger.ReachesAsync(server, TimeSpan.FromSeconds(2))).Should().BeTrue();

        using (Severed.FromApiServer(lab.Node2))
        {
            await Policies.AllowOnlyAsync(lab.Cluster, ns, "server", "client");
            await Policies.AllowOnlyAsync(lab.Cluster, ns, "other", "client");
            await lab.Cluster.Api.DeleteAsync($"apis/{OverlayGroup.Name}/{OverlayGroup.Version}/namespaces/{ns}/overlaypolicies/other", null, Cancel);
            await Task.Delay(3000, Cancel);
        }

        await DeniedAsync(stranger, server);
        (await stranger.ReachesAsync(other, TimeSpan.FromSeconds(2))).Should().BeTrue("a policy that came and went denies nothing");
        (await Flow.StopAllAsync(flows)).ShouldBeUndisturbed();
    }

    [Fact]
    public async Task A_half_open_connection_is_noticed_within_a_minute()
    {
        var ns = await lab.FreshNamespaceAsync();
        await using var pods = new PodSet();
        var stranger = await pods.RunAsync(lab.Cluster, lab.Node1, ns, "stranger");
        var server = await pods.RunAsync(lab.Cluster, lab.Node2, ns, "server");
        (await stranger.ReachesAsync(server, TimeSpan.FromSeconds(2))).Should().BeTrue();

        // Only what is established now is lost, for ever and without a word, as by a NAT that forgot; new connections work.
        var established = lab.Node2.Run("ss", "-Htn", "state", "established", "dport", "=", ":6443").Checked()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[2].Split(':')[^1])
            .ToList();
        established.Should().NotBeEmpty();
        var ports = $"{{ {string.Join(", ", established)} }}";
        using (Severed.Of(lab.Node2, ["tcp", "sport", "6443", "tcp", "dport", ports], ["tcp", "dport", "6443", "tcp", "sport", ports]))
        {
            await Policies.AllowOnlyAsync(lab.Cluster, ns, "server", "nobody");
            await DeniedAsync(stranger, server, TimeSpan.FromSeconds(60));
        }
    }

    private static async Task DeniedAsync(FaultPod stranger, FaultPod server, TimeSpan? patience = null) =>
        await Until.TrueAsync(
            patience ?? TimeSpan.FromSeconds(30),
            "the policy to be in force",
            async () => !await stranger.ReachesAsync(server),
            () => server.Node.Agent.LogTail());
}
