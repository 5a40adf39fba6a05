using System.Collections.Immutable;
using Overlay.Api.Network;
using Overlay.Api.Objects;
using Overlay.Api.Policies;
using Overlay.Api.Subnets;

namespace Overlay.Operator.Tests.Cluster;

public sealed class WorkloadControllerTests
{
    private static readonly ObjectKey Default = new(null, OverlayNetwork.DefaultName);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_workload_has_a_tag_as_soon_as_a_pod_of_it_exists_and_labels_that_no_policy_uses_cost_none()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.NetworkAsync();
        cluster.StartOperator();
        await cluster.NamespaceAsync("shop");
        await cluster.PodAsync("shop", "front-1", ("app", "front"), ("pod-template-hash", "1"));
        await cluster.PodAsync("shop", "front-2", ("app", "front"), ("pod-template-hash", "2"));
        await cluster.PodAsync("shop", "db-1", ("app", "db"));
        await cluster.PodAsync("shop", "bare");

        var tags = await TestCluster.EventuallyAsync(() => TestCluster.AllAsync(cluster.Tags), t => t.Length == 3);
        tags.Select(t => t.Spec.Tag).Should().BeEquivalentTo([16, 17, 18]);
        tags.Should().OnlyContain(t => t.Metadata.Name == $"tag-{t.Spec.Tag:00000}" && t.Spec.Namespace == "shop");
        tags.Should().OnlyContain(t => t.Spec.Keys.SequenceEqual(OverlayNetworkSpec.DefaultWorkloadLabels.Sort(StringComparer.Ordinal)));
        tags.Select(t => string.Join(',', t.Spec.Labels)).Should().BeEquivalentTo("[app, front]", "[app, db]", "");
        var network = await TestCluster.EventuallyAsync(() => cluster.Networks.GetAsync(Default, Cancel), n => n.Status?.LabelKeys is { IsDefaultOrEmpty: false });
        network.Status!.LabelKeys.Select(k => k.Key).Should().Equal("app", "app.kubernetes.io/component", "app.kubernetes.io/name", "k8s-app");
    }

    [Fact]
    public async Task A_tag_is_released_with_the_last_pod_and_revived_when_the_workload_comes_back()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.NetworkAsync();
        cluster.StartOperator();
        await cluster.NamespaceAsync("shop");
        await cluster.PodAsync("shop", "front-1", ("app", "front"));
        var before = await TestCluster.EventuallyAsync(() => TestCluster.AllAsync(cluster.Tags), t => t.Length == 1);
        await cluster.DeletePodAsync("shop", "front-1");
        await TestCluster.EventuallyAsync(() => TestCluster.AllAsync(cluster.Tags), t => t.Single().Status?.Phase == AllocationPhase.Released);
        await cluster.PodAsync("shop", "front-2", ("app", "front"));
        var after = await TestCluster.EventuallyAsync(() => TestCluster.AllAsync(cluster.Tags), t => t.Single().Status?.Phase == AllocationPhase.Active);
        after.Single().Metadata.Uid.Should().Be(before.Single().Metadata.Uid);
    }

    [Fact]
    public async Task A_released_tag_goes_to_another_only_when_it_has_rested_and_every_node_acknowledged_its_release()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.NetworkAsync();
        cluster.StartOperator(rest: TimeSpan.FromSeconds(1));
        await cluster.NodeAsync("node-1");
        await cluster.NamespaceAsync("shop");
        await cluster.PodAsync("shop", "old", ("app", "old"));
        var active = (await TestCluster.EventuallyAsync(() => TestCluster.AllAsync(cluster.Tags), t => t.Length == 1)).Single();
        await cluster.AgentAsync("node-1", active.Metadata.ResourceVersion);
        await cluster.DeletePodAsync("shop", "old");
        var released = (await TestCluster.EventuallyAsync(() => TestCluster.AllAsync(cluster.Tags), t => t.Single().Status?.Phase == AllocationPhase.Released)).Single();

        await Task.Delay(2500, Cancel);
        await cluster.PodAsync("shop", "new", ("app", "new"));
        var both = await TestCluster.EventuallyAsync(() => TestCluster.AllAsync(cluster.Tags), t => t.Length == 2);
        both.Single(t => t.Spec.Labels["app"] == "new").Spec.Tag.Should().NotBe(active.Spec.Tag, "node-1 has not acknowledged the release");

        await cluster.AgentAsync("node-1", released.Metadata.ResourceVersion);
        await TestCluster.EventuallyAsync(() => TestCluster.AllAsync(cluster.Tags), t => t.Length == 1);
        await cluster.PodAsync("shop", "newer", ("app", "newer"));
        var last = await TestCluster.EventuallyAsync(() => TestCluster.AllAsync(cluster.Tags), t => t.Length == 2);
        last.Single(t => t.Spec.Labels["app"] == "newer").Spec.Tag.Should().Be(active.Spec.Tag);
    }

    [Fact]
    public async Task A_policys_new_key_brings_new_tags_first_then_its_listing_then_the_old_tags_release()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.NetworkAsync();
        cluster.StartOperator();
        await cluster.NamespaceAsync("shop");
        await cluster.PodAsync("shop", "front-1", ("app", "front"), ("tier", "web"));
        await cluster.PodAsync("shop", "front-2", ("app", "front"), ("tier", "admin"));
        var old = (await TestCluster.EventuallyAsync(() => TestCluster.AllAsync(cluster.Tags), t => t.Length == 1)).Single();

        await cluster.Policies.CreateAsync(Policy("shop", "web-only", "tier", "web"), Cancel);
        var all = await TestCluster.EventuallyAsync(
            () => TestCluster.AllAsync(cluster.Tags), t => t.Length == 3 && t.Any(x => x.Status?.Phase == AllocationPhase.Released));
        all.Single(t => t.Status?.Phase == AllocationPhase.Released).Metadata.Uid.Should().Be(old.Metadata.Uid);
        all.Where(t => t.Status?.Phase != AllocationPhase.Released).Should().OnlyContain(t => t.Spec.Keys.Contains("tier") && t.Spec.Labels.ContainsKey("tier"));
        (await cluster.Networks.GetAsync(Default, Cancel)).Status!.LabelKeys.Select(k => k.Key).Should().Contain("tier");
    }

    [Fact]
    public async Task An_agent_that_is_there_but_lags_keeps_the_old_tags_in_use()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.NetworkAsync();
        cluster.StartOperator();
        await cluster.NodeAsync("node-1");
        await TestCluster.EventuallyAsync(() => TestCluster.AllAsync(cluster.Subnets), s => s.Length == 1);
        await cluster.NamespaceAsync("shop");
        await cluster.AgentAsync("node-1", "1");
        await cluster.PodAsync("shop", "front-1", ("app", "front"), ("tier", "web"));
        await TestCluster.EventuallyAsync(() => TestCluster.AllAsync(cluster.Tags), t => t.Length == 1);
        await cluster.Policies.CreateAsync(Policy("shop", "web-only", "tier", "web"), Cancel);
        await TestCluster.EventuallyAsync(() => cluster.Networks.GetAsync(Default, Cancel), n => n.Status!.LabelKeys.Any(k => k.Key == "tier"));
        await Task.Delay(3000, Cancel);
        var both = await TestCluster.AllAsync(cluster.Tags);
        both.Should().HaveCount(2).And.OnlyContain(t => t.Status == null || t.Status.Phase == AllocationPhase.Active);

        await cluster.AgentAsync("node-1", both.Max(t => int.Parse(t.Metadata.ResourceVersion!, System.Globalization.CultureInfo.InvariantCulture)).ToString(System.Globalization.CultureInfo.InvariantCulture));
        await TestCluster.EventuallyAsync(() => TestCluster.AllAsync(cluster.Tags), t => t.Count(x => x.Status?.Phase == AllocationPhase.Released) == 1);
    }

    [Fact]
    public async Task A_policy_is_told_that_it_was_accepted()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.NetworkAsync();
        cluster.StartOperator();
        await cluster.NamespaceAsync("shop");
        var made = await cluster.Policies.CreateAsync(Policy("shop", "web-only", "tier", "web"), Cancel);
        var told = await TestCluster.EventuallyAsync(
            () => cluster.Policies.GetAsync(made.Metadata.Key, Cancel), p => p.Status is { Conditions.IsDefaultOrEmpty: false });
        told.Status!.Conditions.Single().Should().Match<Condition>(c => c.Type == "Accepted" && c.Status == "True");
        told.Status.ObservedGeneration.Should().Be(made.Metadata.Generation);
    }

    private static OverlayPolicy Policy(string ns, string name, string key, string value) => new()
    {
        Metadata = new ObjectMeta { Namespace = ns, Name = name },
        Spec = new OverlayPolicySpec
        {
            Ingress = [new IngressRule { From = [new PolicyPeer { PodSelector = new LabelSelector { MatchLabels = ImmutableSortedDictionary<string, string>.Empty.Add(key, value) } }] }],
        },
    };
}
