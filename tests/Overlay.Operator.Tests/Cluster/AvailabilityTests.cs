using Overlay.Api.Objects;
using Overlay.Kube.Core;

namespace Overlay.Operator.Tests.Cluster;

/// <summary>The operator tells the control plane that a node's network is there, and speaks of nothing else on the Node.</summary>
public sealed class AvailabilityTests : IAsyncLifetime
{
    private TestCluster _cluster = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _cluster = await TestCluster.StartAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task With_subnet_and_living_agent_the_network_is_available_and_other_conditions_stay()
    {
        await _cluster.NetworkAsync();
        foreach (var name in (string[])["n1", "n2"])
        {
            var node = await _cluster.NodeAsync(name);
            await _cluster.Nodes.ChangeAsync(
                node.Metadata.Key,
                n => n with { Status = n.Status! with { Conditions = [new NodeCondition("Ready", "True"), new NodeCondition("NetworkUnavailable", "True") { Reason = "NoRouteCreated" }] } },
                Cancel,
                status: true);
        }

        await _cluster.AgentAsync("n1", "1");
        _cluster.StartOperator();
        await TestCluster.EventuallyAsync(() => ConditionAsync("n1", "NetworkUnavailable"), condition => condition?.Status is "False");
        (await ConditionAsync("n1", "Ready"))!.Status.Should().Be("True");
        (await _cluster.Nodes.GetAsync(new ObjectKey(null, "n1"), Cancel)).Status!.Addresses!.Value.Should().HaveCount(2);
        (await ConditionAsync("n2", "NetworkUnavailable"))!.Reason.Should().Be("NoRouteCreated", "no agent serves that node");
    }

    [Fact]
    public async Task A_node_whose_clock_is_an_hour_behind_is_served_like_any_other()
    {
        await _cluster.NetworkAsync();
        await _cluster.NodeAsync("n1");
        _cluster.StartOperator();
        await TestCluster.EventuallyAsync(
            async () =>
            {
                await _cluster.AgentAsync("n1", "1", TimeProvider.System.GetUtcNow().AddHours(-1));
                return await ConditionAsync("n1", "NetworkUnavailable");
            },
            condition => condition?.Status is "False");
    }

    private async Task<NodeCondition?> ConditionAsync(string node, string type) =>
        (await _cluster.Nodes.GetAsync(new ObjectKey(null, node), Cancel)).Status?.Conditions?.FirstOrDefault(c => c.Type == type);
}
