using Overlay.Api.Nodes;
using Overlay.Api.Objects;
using Overlay.Api.Policies;
using Overlay.Kube.Entities;
using Overlay.Operator.Hosting;
using Overlay.Operator.Tests.Cluster;
using Overlay.Operator.Uninstall;

namespace Overlay.Operator.Tests.Uninstall;

/// <summary>The chart's clean-up hooks, against the API server.</summary>
public sealed class UninstallTests
{
    private readonly List<string> _said = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_the_operator_and_the_agents_made_is_deleted_and_what_is_the_users_stays()
    {
        await using var cluster = await UsedClusterAsync();
        await CleanerAsync(cluster, "node-1");

        (await new FinishErrand(cluster.Connection, AgentLease.DefaultNamespace, _said.Add).RunAsync(Cancel)).Should().BeTrue();

        (await TestCluster.AllAsync(cluster.Subnets)).Should().BeEmpty();
        (await TestCluster.AllAsync(cluster.Tags)).Should().BeEmpty();
        (await TestCluster.AllAsync(cluster.Networks)).Should().BeEmpty();
        (await TestCluster.AllAsync(cluster.Leases)).Should().BeEmpty();
        (await TestCluster.AllAsync(cluster.Policies)).Should().HaveCount(1);
        _said.Should().Contain("1 nodes are clean").And.Contain(l => l.Contains("1 OverlayPolicies") && l.Contains("decide"));
    }

    [Fact]
    public async Task While_a_node_is_not_clean_the_objects_stay_and_the_node_is_named()
    {
        await using var cluster = await UsedClusterAsync();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(2));

        (await new FinishErrand(cluster.Connection, AgentLease.DefaultNamespace, _said.Add).RunAsync(limit.Token)).Should().BeFalse();

        (await TestCluster.AllAsync(cluster.Subnets)).Should().NotBeEmpty();
        _said.Should().Contain(l => l.StartsWith("node node-1 is NOT clean")).And.Contain(l => l.Contains("--no-hooks"));
    }

    [Fact]
    public async Task Agents_and_operators_end_before_anything_is_cleaned()
    {
        await using var cluster = await TestCluster.StartAsync();
        var sets = new EntityClient<DaemonSet>(cluster.Connection, ErrandJson.Default.DaemonSet);
        var key = new ObjectKey(AgentLease.DefaultNamespace, "overlay-agent");
        await sets.CreateAsync(new DaemonSet { Metadata = new ObjectMeta { Name = key.Name, Namespace = key.Namespace } }, Cancel);
        await cluster.PodAsync(AgentLease.DefaultNamespace, "overlay-agent-x", ("app.kubernetes.io/name", "overlay"), ("app.kubernetes.io/component", "agent"));

        var stopping = new StopErrand(cluster.Connection, AgentLease.DefaultNamespace, _said.Add).RunAsync(Cancel);
        await TestCluster.EventuallyAsync(() => sets.FindAsync(key, Cancel), s => s is null);
        stopping.IsCompleted.Should().BeFalse("its pod is still there");
        await cluster.DeletePodAsync(AgentLease.DefaultNamespace, "overlay-agent-x");

        (await stopping).Should().BeTrue();
        _said.Should().Contain("Deployment overlay-operator is gone already");
    }

    private static async Task<TestCluster> UsedClusterAsync()
    {
        var cluster = await TestCluster.StartAsync();
        await cluster.NetworkAsync();
        await cluster.NamespaceAsync("shop");
        await cluster.NodeAsync("node-1");
        await cluster.PodAsync("shop", "cart", ("app", "cart"));
        await cluster.Policies.CreateAsync(new OverlayPolicy { Metadata = new ObjectMeta { Name = "p", Namespace = "shop" }, Spec = new OverlayPolicySpec() }, Cancel);
        await cluster.AgentAsync("node-1", null);
        cluster.StartOperator();
        await TestCluster.EventuallyAsync(() => TestCluster.AllAsync(cluster.Subnets), s => s.Length == 1);
        await TestCluster.EventuallyAsync(() => TestCluster.AllAsync(cluster.Tags), t => t.Length > 0);
        await cluster.StopOperatorsAsync();
        return cluster;
    }

    private static async Task CleanerAsync(TestCluster cluster, string node)
    {
        var pod = await cluster.PodAsync(AgentLease.DefaultNamespace, "overlay-cleaner-x", ("app.kubernetes.io/name", "overlay"), ("app.kubernetes.io/component", "cleaner"));
        var pods = new EntityClient<OurPod>(cluster.Connection, ErrandJson.Default.OurPod);
        await pods.PatchAsync(pod.Metadata.Key, PatchFormat.Merge, System.Text.Encoding.UTF8.GetBytes($$$"""{"spec":{"nodeName":"{{{node}}}"}}"""), Cancel);
        await pods.PatchStatusAsync(pod.Metadata.Key, PatchFormat.Merge, """{"status":{"initContainerStatuses":[{"name":"clean","state":{"terminated":{"exitCode":0}}}],"conditions":[{"type":"Ready","status":"False"}]}}"""u8.ToArray(), Cancel);
    }
}
