using System.Net;
using Overlay.Lab.ApiServer;
using Overlay.Lab.Tests.ApiServer.Contract;

namespace Overlay.Lab.Tests.ApiServer;

/// <summary>The definitions of crds/ as they are shipped: all load, and their rules refuse what they are there to refuse.</summary>
public sealed class OurDefinitionsTests : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private EmbeddedApiServer? server;
    private Raw? api;

    public async ValueTask InitializeAsync()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Overlay.sln")))
            root = root.Parent!;
        server = await EmbeddedApiServer.StartAsync(new EmbeddedApiServerOptions { CrdFolder = Path.Combine(root.FullName, "crds") }, TestContext.Current.CancellationToken);
        server.WriteKubeconfig(folder.File("kubeconfig"));
        api = new Raw(folder.File("kubeconfig"));
    }

    public async ValueTask DisposeAsync()
    {
        api?.Dispose();
        await server!.DisposeAsync();
        folder.Dispose();
    }

    [Theory]
    [InlineData("default", """{"pools":[{"cidr":"10.255.0.0/16","nodePrefixLength":24}]}""", true)]
    [InlineData("other", """{"pools":[{"cidr":"10.255.0.0/16","nodePrefixLength":24}]}""", false)]
    [InlineData("default", """{"pools":[{"cidr":"10.255.0.0/16","nodePrefixLength":12}]}""", false)]
    [InlineData("default", """{"pools":[{"cidr":"nonsense","nodePrefixLength":24}]}""", false)]
    [InlineData("default", """{"pools":[{"cidr":"10.255.0.0/16","nodePrefixLength":24},{"cidr":"10.255.4.0/22","nodePrefixLength":24}]}""", false)]
    [InlineData("default", """{"pools":[{"cidr":"10.255.0.0/16","nodePrefixLength":24}],"mtu":1000}""", false)]
    [InlineData("default", """{"pools":[{"cidr":"10.255.0.0/16","nodePrefixLength":24}],"vni":16777216}""", false)]
    public async Task Network(string name, string spec, bool accepted)
    {
        var (code, body) = await api!.SendAsync(HttpMethod.Post, "/apis/overlay-cni.io/v1alpha1/overlaynetworks",
            $$$"""{"apiVersion":"overlay-cni.io/v1alpha1","kind":"OverlayNetwork","metadata":{"name":"{{{name}}}"},"spec":{{{spec}}}}""");
        code.Should().Be(accepted ? HttpStatusCode.Created : HttpStatusCode.UnprocessableEntity, body.ToJsonString());
    }

    [Theory]
    [InlineData("""{"tier":"Admin","priority":0,"subject":{"namespaces":{}},"ingress":[{"action":"Deny","from":[{"namespaces":{}}]}]}""", true)]
    [InlineData("""{"tier":"Baseline","priority":1000,"subject":{"pods":{"namespaceSelector":{},"podSelector":{}}},"egress":[{"name":"dns","action":"Accept","to":[{"networks":["10.0.0.0/8"]},{"nodes":{}}],"protocols":[{"udp":{"destinationPort":{"number":53}}},{"tcp":{"destinationPort":{"range":{"start":1,"end":2}}}}]}]}""", true)]
    [InlineData("""{"tier":"Admin","priority":1001,"subject":{"namespaces":{}}}""", false)]
    [InlineData("""{"tier":"NetworkPolicy","priority":1,"subject":{"namespaces":{}}}""", false)]
    [InlineData("""{"priority":1,"subject":{"namespaces":{}}}""", false)]
    [InlineData("""{"tier":"Admin","priority":1,"subject":{}}""", false)]
    [InlineData("""{"tier":"Admin","priority":1,"subject":{"namespaces":{},"pods":{"podSelector":{}}}}""", false)]
    [InlineData("""{"tier":"Admin","priority":1,"subject":{"namespaces":{}},"ingress":[{"action":"Allow","from":[{"namespaces":{}}]}]}""", false)]
    [InlineData("""{"tier":"Admin","priority":1,"subject":{"namespaces":{}},"ingress":[{"action":"Deny","from":[]}]}""", false)]
    [InlineData("""{"tier":"Admin","priority":1,"subject":{"namespaces":{}},"ingress":[{"action":"Deny","from":[{"networks":["10.0.0.0/8"]}]}]}""", false)]
    [InlineData("""{"tier":"Admin","priority":1,"subject":{"namespaces":{}},"egress":[{"action":"Deny","to":[{"networks":["10.0.0/8"]}]}]}""", false)]
    [InlineData("""{"tier":"Admin","priority":1,"subject":{"namespaces":{}},"egress":[{"action":"Accept","to":[{"domainNames":["example.com"]}]}]}""", false)]
    [InlineData("""{"tier":"Admin","priority":1,"subject":{"namespaces":{}},"egress":[{"action":"Accept","to":[{"nodes":{}}],"protocols":[{"destinationNamedPort":"http"}]}]}""", false)]
    [InlineData("""{"tier":"Admin","priority":1,"subject":{"namespaces":{}},"egress":[{"action":"Accept","to":[{"nodes":{}}],"protocols":[{"tcp":{"destinationPort":{"number":1,"range":{"start":1,"end":2}}}}]}]}""", false)]
    [InlineData("""{"tier":"Admin","priority":1,"subject":{"namespaces":{}},"egress":[{"action":"Accept","to":[{"nodes":{}}],"protocols":[{"tcp":{"destinationPort":{"range":{"start":2,"end":2}}}}]}]}""", false)]
    public async Task Cluster_policy(string spec, bool accepted)
    {
        var (code, body) = await api!.SendAsync(HttpMethod.Post, "/apis/policy.networking.k8s.io/v1alpha2/clusternetworkpolicies",
            $$$"""{"apiVersion":"policy.networking.k8s.io/v1alpha2","kind":"ClusterNetworkPolicy","metadata":{"name":"p"},"spec":{{{spec}}}}""");
        code.Should().Be(accepted ? HttpStatusCode.Created : HttpStatusCode.UnprocessableEntity, body.ToJsonString());
    }
}
