using Overlay.Api.Subnets;
using Overlay.Api.Workloads;
using Overlay.Kube.Entities;

namespace Overlay.Operator.Tests.Cluster;

/// <summary>Fault 17: Subnets and WorkloadTags that somebody deletes with their definitions come back as they were.</summary>
public sealed class DeletedDefinitionsTests
{
    private static readonly string[] Definitions = ["subnets", "workloadtags"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Deleted_with_their_definitions_they_are_made_again_once_these_are_back()
    {
        await using var cluster = await BusyAsync();
        var (subnets, tags) = await StateAsync(cluster);
        var definitions = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var definition in Definitions)
            definitions[definition] = await File.ReadAllTextAsync(Path.Combine(TestCluster.Root(), "crds", $"{definition}.yaml"), Cancel);

        foreach (var definition in Definitions)
            await cluster.SendAsync(HttpMethod.Delete, $"apis/apiextensions.k8s.io/v1/customresourcedefinitions/{definition}.overlay-cni.io");
        await Task.Delay(TimeSpan.FromSeconds(2), Cancel);

        // A node and a workload that come meanwhile wait, and take nothing that is somebody's.
        await cluster.NodeAsync("node-0");
        await cluster.PodAsync("shop", "aardvark", ("app", "aardvark"));
        foreach (var text in definitions.Values)
            await cluster.SendAsync(HttpMethod.Post, "apis/apiextensions.k8s.io/v1/customresourcedefinitions", text, "application/yaml");

        await ShouldComeBackAsync(cluster, subnets, tags);
        await TestCluster.EventuallyAsync(() => TestCluster.AllAsync(cluster.Subnets), all => all.Any(s => s.Spec.NodeName == "node-0"), 40);
        await TestCluster.EventuallyAsync(() => TestCluster.AllAsync(cluster.Tags), all => all.Any(t => t.Spec.Labels["app"] == "aardvark"), 40);
    }

    private static async Task<TestCluster> BusyAsync()
    {
        var cluster = await TestCluster.StartAsync();
        await cluster.NetworkAsync();
        await cluster.NamespaceAsync("shop");
        cluster.StartOperator(leaderElection: false);
        for (var i = 3; i >= 1; i--)
        {
            // Not in the order of their names, so that numbers given anew would be others.
            await cluster.NodeAsync($"node-{i}", $"192.0.2.{i}");
            await cluster.PodAsync("shop", $"pod-{i}", ("app", $"app-{i}"));
            await TestCluster.EventuallyAsync(() => TestCluster.AllAsync(cluster.Subnets), s => s.Length == 4 - i);
            await TestCluster.EventuallyAsync(() => TestCluster.AllAsync(cluster.Tags), t => t.Length == 4 - i);
        }

        return cluster;
    }

    private static async Task<(SortedDictionary<string, string> Subnets, SortedDictionary<string, string> Tags)> StateAsync(TestCluster cluster) =>
        (
            new(Living(await TestCluster.AllAsync(cluster.Subnets)).ToDictionary(s => s.Metadata.Name, s => s.Spec.NodeName), StringComparer.Ordinal),
            new(Living(await TestCluster.AllAsync(cluster.Tags)).ToDictionary(t => t.Metadata.Name, t => t.Spec.Labels["app"]), StringComparer.Ordinal)
        );

    private static IEnumerable<Subnet> Living(IEnumerable<Subnet> subnets) => subnets.Where(s => s.Status?.Phase != AllocationPhase.Released);

    private static IEnumerable<WorkloadTag> Living(IEnumerable<WorkloadTag> tags) => tags.Where(t => t.Status?.Phase != AllocationPhase.Released);

    private static async Task ShouldComeBackAsync(TestCluster cluster, SortedDictionary<string, string> subnets, SortedDictionary<string, string> tags)
    {
        var now = await TestCluster.EventuallyAsync(async () => await StateOrNoneAsync(cluster), s => subnets.Keys.All(s.Subnets.ContainsKey) && tags.Keys.All(s.Tags.ContainsKey), 40);
        now.Subnets.Where(s => s.Value != "node-0").Should().Equal(subnets);
        now.Tags.Where(t => t.Value != "aardvark").Should().Equal(tags);
    }

    private static async Task<(SortedDictionary<string, string> Subnets, SortedDictionary<string, string> Tags)> StateOrNoneAsync(TestCluster cluster)
    {
        try
        {
            return await StateAsync(cluster);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            return ([], []);
        }
    }
}
