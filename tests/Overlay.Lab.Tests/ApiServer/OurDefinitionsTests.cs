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
}
