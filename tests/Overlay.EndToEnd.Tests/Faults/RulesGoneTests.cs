namespace Overlay.EndToEnd.Tests.Faults;

/// <summary>Fault 13: others' tools on a node.</summary>
[Collection(FaultLabCollection.Name)]
public sealed class RulesGoneTests(FaultLab lab)
{
    private const int Flushes = 3;

    [Fact]
    public async Task Flushing_iptables_has_no_effect()
    {
        var ns = await lab.FreshNamespaceAsync();
        await using var pods = new PodSet();
        var (client, stranger, server) = await ShopAsync(pods, ns);
        await Until.TrueAsync(
            TimeSpan.FromSeconds(20),
            "every pod to have its workload's tag",
            () => Task.FromResult(!NodeState.Rules(lab.Node2).Contains(", tag 2\"", StringComparison.Ordinal)));
        var before = NodeState.Rules(lab.Node2);
        var flows = await Flow.StartAllAsync([(client, server)]);

        foreach (var tool in (string[])["iptables", "ip6tables"])
        {
            lab.Node2.Run(tool, "-F").Checked();
            lab.Node2.Run(tool, "-t", "nat", "-F").Checked();
            lab.Node2.Run(tool, "-t", "mangle", "-F").Checked();
        }

        (await stranger.ReachesAsync(server)).Should().BeFalse();
        NodeState.Rules(lab.Node2).Should().Be(before);
        await Task.Delay(500, TestContext.Current.CancellationToken);
        (await Flow.StopAllAsync(flows)).ShouldBeUndisturbed();
    }

    [Fact]
    public async Task A_flushed_rule_set_is_back_within_a_second_and_counted()
    {
        var ns = await lab.FreshNamespaceAsync();
        await using var pods = new PodSet();
        var (client, stranger, server) = await ShopAsync(pods, ns);
        var before = NodeState.Rules(lab.Node2);
        var counted = await NodeState.MetricAsync(lab.Node2, "overlay_rule_sets_missing_total");
        var flows = await Flow.StartAllAsync([(client, server)]);

        List<TimeSpan> healed = [];
        while (healed.Count < Flushes)
        {
            lab.Node2.Run("nft", "flush", "ruleset").Checked();
            var rules = "";
            healed.Add(await Until.TrueAsync(
                TimeSpan.FromSeconds(5),
                "the rules to be as before",
                () => (rules = NodeState.WithoutTold(lab.Node2.Run("nft", "-s", "list", "table", "inet", "overlay").Output)) == before,
                () => $"Before:\n{before}\nNow:\n{rules}"));
            (await stranger.ReachesAsync(server)).Should().BeFalse("what is denied is denied again");
        }

        // By the kernel's event, not by the clock that looks every 4 s; the machine may be busy at one moment, but not at each.
        healed.Order().ElementAt(Flushes / 2).Should().BeLessThan(TimeSpan.FromSeconds(1));
        (await NodeState.MetricAsync(lab.Node2, "overlay_rule_sets_missing_total")).Should().Be(counted + Flushes);
        (await Flow.StopAllAsync(flows)).Should().OnlyContain(f => f.Broken == null, "no connection ends by it");
        (await client.ReachesAsync(server, TimeSpan.FromSeconds(2))).Should().BeTrue();
    }

    private async Task<(FaultPod Client, FaultPod Stranger, FaultPod Server)> ShopAsync(PodSet pods, string ns)
    {
        var client = await pods.RunAsync(lab.Cluster, lab.Node1, ns, "client");
        var stranger = await pods.RunAsync(lab.Cluster, lab.Node1, ns, "stranger");
        var server = await pods.RunAsync(lab.Cluster, lab.Node2, ns, "server");
        await Policies.AllowOnlyAsync(lab.Cluster, ns, "server", "client");
        await Until.TrueAsync(TimeSpan.FromSeconds(5), "the stranger to be denied", async () => !await stranger.ReachesAsync(server));
        return (client, stranger, server);
    }
}
