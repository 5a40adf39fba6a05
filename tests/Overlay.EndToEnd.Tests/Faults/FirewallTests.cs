namespace Overlay.EndToEnd.Tests.Faults;

/// <summary>Invariant 13: a firewall that the agent can not open is told where its administrator looks.</summary>
[Collection(FaultLabCollection.Name)]
public sealed class FirewallTests(FaultLab lab)
{
    private const string Metric = "overlay_firewalls_in_the_way";
    private static readonly TimeSpan Noticed = TimeSpan.FromSeconds(8);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_foreign_drop_policy_is_an_Event_on_the_Node_a_metric_and_a_line_of_readiness()
    {
        (await NodeState.MetricAsync(lab.Node3, Metric)).Should().Be(0);
        lab.Node3.Run("nft", "add table inet stranger; add chain inet stranger crossing { type filter hook forward priority 0; policy drop; }").Checked();
        try
        {
            await Until.TrueAsync(Noticed, "the metric to count it", async () => await NodeState.MetricAsync(lab.Node3, Metric) is 1);
            (await NodeState.ReadinessAsync(lab.Node3)).Should().Contain("[!]firewalls: ").And.Contain("table inet stranger, chain crossing").And.EndWith("ok\n");
            var told = "";
            await Until.TrueAsync(
                Noticed,
                "an Event on the Node",
                async () => (told = string.Join('\n', (await lab.Cluster.Api.ListAsync("api/v1/namespaces/default/events", Cancel))
                    .Where(e => (string?)e["involvedObject"]!["kind"] is "Node" && (string?)e["involvedObject"]!["name"] == lab.Node3.Name)
                    .Select(e => $"{e["type"]} {e["reason"]} {e["message"]}"))).Length > 0);
            told.Should().Contain("Warning ForwardingBlocked").And.Contain("chain crossing");
        }
        finally
        {
            lab.Node3.Run("nft", "delete table inet stranger").Checked();
        }

        await Until.TrueAsync(Noticed, "the metric to forget it", async () => await NodeState.MetricAsync(lab.Node3, Metric) is 0);
        (await NodeState.ReadinessAsync(lab.Node3)).Should().Contain("[+]firewalls ok");
    }
}
