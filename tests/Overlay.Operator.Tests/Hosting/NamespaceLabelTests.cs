using Overlay.Api.Nodes;
using Overlay.Api.Objects;
using Overlay.Operator.Hosting;
using Overlay.Operator.Tests.Cluster;

namespace Overlay.Operator.Tests.Hosting;

/// <summary>The operator's namespace lets pods on the node's network start.</summary>
public sealed class NamespaceLabelTests
{
    private static readonly ObjectKey Own = new(null, AgentLease.DefaultNamespace);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_namespace_without_the_label_gets_it()
    {
        await using var cluster = await TestCluster.StartAsync();
        cluster.StartOperator(labelNamespace: true);
        await TestCluster.EventuallyAsync(() => cluster.Namespaces.GetAsync(Own, Cancel), n => n.Metadata.Labels?.GetValueOrDefault(NamespaceLabel.Name) == "privileged");
    }

    [Fact]
    public async Task What_an_administrator_wrote_stays()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.SendAsync(HttpMethod.Patch, $"api/v1/namespaces/{Own.Name}", $$$$"""{"metadata":{"labels":{"{{{{NamespaceLabel.Name}}}}":"baseline"}}}""", "application/merge-patch+json");
        cluster.StartOperator(labelNamespace: true);
        await cluster.NodeAsync("node-1");
        await cluster.NetworkAsync();
        await TestCluster.EventuallyAsync(() => TestCluster.AllAsync(cluster.Subnets), s => s.Length == 1);

        (await cluster.Namespaces.GetAsync(Own, Cancel)).Metadata.Labels.Should().Contain(NamespaceLabel.Name, "baseline");
    }
}
