using Overlay.Lab.ApiServer;

namespace Overlay.Lab.Tests.ApiServer.Contract;

/// <summary>
/// A server for the contract tests: ours, or a real kube-apiserver with etcd when KUBEBUILDER_ASSETS names a folder that has both
/// (the convention of controller-runtime's envtest).
/// </summary>
public sealed class ApiServerFixture : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private EmbeddedApiServer? embedded;
    private RealApiServer? real;

    /// <summary>Whether the real thing answers: without a controller manager it neither collects garbage nor empties namespaces.</summary>
    public bool IsReal => real is not null;

    public string Kubeconfig => folder.File("kubeconfig");

    /// <summary>Ours, where a test needs its levers (compaction, closed watches).</summary>
    public EmbeddedApiServer Embedded => embedded ?? throw new InvalidOperationException("the tests run against a real kube-apiserver");

    public async ValueTask InitializeAsync()
    {
        if (RealApiServer.Assets is { } assets)
        {
            real = await RealApiServer.StartAsync(assets, folder, Kubeconfig, TestContext.Current.CancellationToken);
            return;
        }
        embedded = await EmbeddedApiServer.StartAsync(new EmbeddedApiServerOptions { Tls = true, BookmarkInterval = TimeSpan.FromMilliseconds(200) }, TestContext.Current.CancellationToken);
        embedded.WriteKubeconfig(Kubeconfig);
    }

    public async ValueTask DisposeAsync()
    {
        if (embedded is not null)
            await embedded.DisposeAsync();
        if (real is not null)
            await real.DisposeAsync();
        folder.Dispose();
    }
}
