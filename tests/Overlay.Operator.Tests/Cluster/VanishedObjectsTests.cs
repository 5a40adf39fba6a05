using Overlay.Api.Objects;
using Overlay.Api.Subnets;
using Overlay.Api.Workloads;

namespace Overlay.Operator.Tests.Cluster;

/// <summary>Subnets and tags that somebody deleted: pods have the addresses and nodes the numbers still.</summary>
public sealed class VanishedObjectsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_tag_that_vanished_comes_back_to_its_workload_and_is_given_to_no_other()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.NetworkAsync();
        cluster.StartOperator();
        await cluster.NamespaceAsync("shop");
        foreach (var app in (string[])["d", "c", "b", "a"])
        {
            await cluster.PodAsync("shop", app, ("app", app));
            await TestCluster.EventuallyAsync(() => TestCluster.AllAsync(cluster.Tags), tags => tags.Any(t => App(t) == app));
        }

        var before = (await TestCluster.AllAsync(cluster.Tags)).ToDictionary(App, t => t.Spec.Tag);
        await cluster.Pods.DeleteAsync(new ObjectKey("shop", "d"), new Kube.Entities.DeleteOptions { GracePeriod = TimeSpan.Zero }, Cancel);
        await TestCluster.EventuallyAsync(() => TestCluster.AllAsync(cluster.Tags), tags => tags.Any(t => t.Status?.Phase == AllocationPhase.Released));
        await cluster.SendAsync(HttpMethod.Delete, "apis/overlay-cni.io/v1alpha1/workloadtags");
        await cluster.PodAsync("shop", "e", ("app", "e"));

        var after = await TestCluster.EventuallyAsync(() => TestCluster.AllAsync(cluster.Tags), tags => tags.Length == 4);
        foreach (var tag in after.Where(t => App(t) != "e"))
        {
            tag.Spec.Tag.Should().Be(before[App(tag)], $"nodes still take {tag.Metadata.Name} for {App(tag)}");
        }

        before.Values.Should().NotContain(after.Single(t => App(t) == "e").Spec.Tag, "also what rested is still somebody's");
    }

    [Fact]
    public async Task A_subnet_that_vanished_comes_back_to_its_node_and_is_given_to_no_other()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.NetworkAsync();
        cluster.StartOperator();
        foreach (var name in (string[])["node-c", "node-b", "node-a"])
        {
            await cluster.NodeAsync(name);
            await TestCluster.EventuallyAsync(() => TestCluster.AllAsync(cluster.Subnets), subnets => subnets.Any(s => s.Spec.NodeName == name));
        }

        var before = (await TestCluster.AllAsync(cluster.Subnets)).ToDictionary(s => s.Spec.NodeName, s => s.Spec.Cidr);
        await cluster.SendAsync(HttpMethod.Delete, "apis/overlay-cni.io/v1alpha1/subnets");
        await cluster.NodeAsync("node-0");

        var after = await TestCluster.EventuallyAsync(() => TestCluster.AllAsync(cluster.Subnets), subnets => subnets.Length == 4);
        foreach (var subnet in after.Where(s => s.Spec.NodeName != "node-0"))
        {
            subnet.Spec.Cidr.Should().Be(before[subnet.Spec.NodeName]);
        }
    }

    private static string App(WorkloadTag tag) => tag.Spec.Labels["app"];
}
