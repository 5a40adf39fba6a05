using Overlay.Api.Json;
using Overlay.Api.Network;
using Overlay.Api.Objects;
using Overlay.Api.Policies;
using Overlay.Kube.Core;
using Overlay.Kube.Entities;

namespace Overlay.Operator.Tests.Cluster;

/// <summary>What the operator makes of policies of every kind: label keys in force, and a word to whoever wrote them.</summary>
public sealed class PolicyTests
{
    private const string ClusterPolicies = "apis/policy.networking.k8s.io/v1alpha2/clusternetworkpolicies";
    private const string Definition = "clusternetworkpolicies.policy.networking.k8s.io";

    private static readonly ObjectKey Default = new(null, OverlayNetwork.DefaultName);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_keys_of_every_kind_of_policy_are_in_force()
    {
        await using var cluster = await StartAsync();

        await NetworkPolicyAsync(cluster, "by-tier", """{"podSelector":{"matchLabels":{"tier":"web"}}}""");
        await ClusterPolicyAsync(cluster, "by-zone", """{"tier":"Admin","priority":1,"subject":{"pods":{"namespaceSelector":{},"podSelector":{"matchLabels":{"zone":"a"}}}}}""");

        var network = await TestCluster.EventuallyAsync(
            () => cluster.Networks.GetAsync(Default, Cancel), n => (n.Status?.LabelKeys ?? []) is { IsDefault: false } keys && keys.Any(k => k.Key == "tier") && keys.Any(k => k.Key == "zone"));
        network.Status!.LabelKeys.Single(k => k.Key == "tier").Namespaces.Should().Equal("shop");
        network.Status!.LabelKeys.Single(k => k.Key == "zone").Namespaces.Should().BeNullOrEmpty();
    }

    [Fact]
    public async Task A_ClusterNetworkPolicy_is_told_that_it_was_accepted_for_each_generation_beside_what_others_say()
    {
        await using var cluster = await StartAsync();
        await ClusterPolicyAsync(cluster, "p", """{"tier":"Admin","priority":1,"subject":{"namespaces":{}}}""");
        var first = await ToldAsync(cluster, "p", c => c.Status == "True");
        await cluster.SendAsync(HttpMethod.Patch, $"{ClusterPolicies}/p/status", """[{"op":"add","path":"/status/conditions/-","value":{"type":"Theirs","status":"True","reason":"R","message":"m"}}]""", "application/json-patch+json");

        await cluster.SendAsync(HttpMethod.Patch, $"{ClusterPolicies}/p", """{"spec":{"priority":2}}""", "application/merge-patch+json");

        var second = await ToldAsync(cluster, "p", c => c.ObservedGeneration > first.ObservedGeneration);
        second.Status.Should().Be("True");
        second.LastTransitionTime.Should().Be(first.LastTransitionTime);
        (await cluster.ClusterPolicies.GetAsync(new ObjectKey(null, "p"), Cancel)).Status!.Conditions.Select(c => c.Type).Should().BeEquivalentTo("Accepted", "Theirs");
    }

    [Fact]
    public async Task A_ClusterNetworkPolicy_of_a_definition_that_knows_more_than_we_is_told_what_it_comes_to()
    {
        await using var cluster = await StartAsync();
        await cluster.LoosenAsync(Definition);

        await ClusterPolicyAsync(cluster, "odd", """{"tier":"Admin","priority":1,"subject":{"namespaces":{}},"egress":[{"action":"Accept","to":[{"services":{}}]}]}""");
        await ClusterPolicyAsync(cluster, "odder", """{"tier":"Admin","priority":"high","subject":{"namespaces":{}}}""");
        await ClusterPolicyAsync(cluster, "sound", """{"tier":"Admin","priority":1,"subject":{"namespaces":{}}}""");

        (await ToldAsync(cluster, "odd", c => c.Status == "False")).Message.Should().Contain("an Accept matches nothing").And.Contain("spec.egress[0].to[0]");
        (await ToldAsync(cluster, "odder", c => c.Status == "False")).Message.Should().Contain("can not be read").And.Contain("spec.priority");
        await ToldAsync(cluster, "sound", c => c.Status == "True");
    }

    [Fact]
    public async Task An_OverlayPolicy_that_can_not_be_read_costs_no_other_and_is_told()
    {
        await using var cluster = await StartAsync();
        await cluster.LoosenAsync("overlaypolicies.overlay-cni.io");
        const string path = "apis/overlay-cni.io/v1alpha1/namespaces/shop/overlaypolicies";
        await cluster.SendAsync(HttpMethod.Post, path, """{"apiVersion":"overlay-cni.io/v1alpha1","kind":"OverlayPolicy","metadata":{"name":"odd"},"spec":{"ingress":"everybody"}}""");
        await cluster.SendAsync(HttpMethod.Post, path, """{"apiVersion":"overlay-cni.io/v1alpha1","kind":"OverlayPolicy","metadata":{"name":"sound"},"spec":{}}""");

        var sound = await TestCluster.EventuallyAsync(() => cluster.Policies.GetAsync(new ObjectKey("shop", "sound"), Cancel), p => p.Status is { Conditions.IsDefaultOrEmpty: false });
        sound.Status!.Conditions.Single().Status.Should().Be("True");
        var reader = new EntityClient<OverlayPolicy>(cluster.Connection, OverlayJson.Default.OverlayPolicy, null, UnreadablePolicy.Overlay);
        var odd = await TestCluster.EventuallyAsync(() => reader.GetAsync(new ObjectKey("shop", "odd"), Cancel), p => p.Status is { Conditions.IsDefaultOrEmpty: false });
        odd.Unreadable.Should().Contain("spec.ingress", "what was written stays as it was");
        odd.Status!.Conditions.Single().Message.Should().Contain("can not be read").And.Contain("spec.ingress");
    }

    [Fact]
    public async Task What_is_wrong_with_a_NetworkPolicy_is_an_Event()
    {
        await using var cluster = await StartAsync();

        await NetworkPolicyAsync(cluster, "odd", """{"podSelector":{"matchExpressions":[{"key":"app","operator":"Like","values":["f"]}]}}""");
        await NetworkPolicyAsync(cluster, "sound", """{"podSelector":{}}""");

        var events = await TestCluster.EventuallyAsync(() => TestCluster.AllAsync(cluster.Events), all => all.Any(e => e.Reason == "PolicyNotCompiled"));
        var told = events.Where(e => e.Reason == "PolicyNotCompiled").Should().ContainSingle().Subject;
        told.InvolvedObject.Should().Match<ObjectReference>(o => o.Kind == "NetworkPolicy" && o.Namespace == "shop" && o.Name == "odd");
        told.Message.Should().Contain("allows nothing").And.Contain("an operator is In, NotIn, Exists or DoesNotExist");
    }

    [Fact]
    public async Task Without_the_definition_of_ClusterNetworkPolicy_all_else_is_done()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.SendAsync(HttpMethod.Delete, $"apis/apiextensions.k8s.io/v1/customresourcedefinitions/{Definition}");
        await cluster.NetworkAsync();
        cluster.StartOperator();
        await cluster.NamespaceAsync("shop");
        await cluster.PodAsync("shop", "front-1", ("app", "front"));

        await TestCluster.EventuallyAsync(() => TestCluster.AllAsync(cluster.Tags), t => t.Length == 1);
    }

    private static async Task<TestCluster> StartAsync()
    {
        var cluster = await TestCluster.StartAsync();
        await cluster.NetworkAsync();
        cluster.StartOperator();
        await cluster.NamespaceAsync("shop");
        return cluster;
    }

    private static Task NetworkPolicyAsync(TestCluster cluster, string name, string spec) => cluster.SendAsync(
        HttpMethod.Post,
        "apis/networking.k8s.io/v1/namespaces/shop/networkpolicies",
        $$$"""{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"{{{name}}}"},"spec":{{{spec}}}}""");

    private static Task ClusterPolicyAsync(TestCluster cluster, string name, string spec) => cluster.SendAsync(
        HttpMethod.Post,
        ClusterPolicies,
        $$$"""{"apiVersion":"policy.networking.k8s.io/v1alpha2","kind":"ClusterNetworkPolicy","metadata":{"name":"{{{name}}}"},"spec":{{{spec}}}}""");

    private static async Task<Condition> ToldAsync(TestCluster cluster, string name, Func<Condition, bool> holds)
    {
        var client = new EntityClient<ClusterNetworkPolicy>(
            cluster.Connection, OverlayJson.Default.ClusterNetworkPolicy, null, UnreadablePolicy.Cluster);
        var told = await TestCluster.EventuallyAsync(
            () => client.GetAsync(new ObjectKey(null, name), Cancel), p => (p.Status?.Conditions ?? []) is { IsDefault: false } all && all.Any(c => c.Type == "Accepted" && holds(c)));
        return told.Status!.Conditions.Single(c => c.Type == "Accepted");
    }
}
