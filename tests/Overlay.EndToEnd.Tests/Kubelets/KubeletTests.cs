using System.Collections.Immutable;
using Overlay.Chart.Tests.Helm;
using Overlay.Lab.Underlay;

namespace Overlay.EndToEnd.Tests.Kubelets;

/// <summary>A test with a cluster of its own, which goes with it.</summary>
/// <param name="collection">The test's collection; the cluster bears its name.</param>
public abstract class KubeletTests(string collection) : IAsyncDisposable
{
    /// <summary>How long anything may take that a kubelet does.</summary>
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Ends the test.</summary>
    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The cluster, once it is started.</summary>
    private protected KubeletCluster Cluster { get; private set; } = null!;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (Cluster is not null)
            await Cluster.DisposeAsync();
    }

    /// <summary>Starts the cluster, which has no network yet.</summary>
    private protected async Task StartAsync(bool sharedRoot = true, LabStack? stack = null) => Cluster = await KubeletCluster.StartAsync(collection, sharedRoot, stack);

    /// <summary>Starts it and installs the release, until all of it is ready.</summary>
    /// <param name="settings">As <c>test.seconds=12</c>.</param>
    /// <param name="stack">The families of its nodes; null: IPv4 alone.</param>
    /// <returns>What was on each machine before.</returns>
    private protected async Task<IReadOnlyList<ImmutableSortedSet<string>>> InstalledAsync(IEnumerable<string>? settings = null, LabStack? stack = null)
    {
        await StartAsync(stack: stack);
        var before = Cluster.Traces();
        await Cluster.HelmAsync(["install", "overlay", HelmTool.Chart, "--create-namespace", "--wait", .. (settings ?? []).SelectMany(s => new[] { "--set", s })]);
        return before;
    }

    /// <summary>Uninstalls the release; each machine is then as it was.</summary>
    private protected async Task UninstallAsync(IReadOnlyList<ImmutableSortedSet<string>> before)
    {
        await Cluster.HelmAsync("uninstall", "overlay");
        await Cluster.ShouldLeaveNothingBeyondAsync(before);
    }
}
