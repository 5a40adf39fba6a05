using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Overlay.Lab;
using Overlay.Lab.Processes;
using Overlay.Lab.Shop;
using Overlay.Lab.State;
using Overlay.Lab.Underlay;

namespace Overlay.EndToEnd.Tests.Shop;

/// <summary>One lab with the example shop for the tests that use a cluster as its users do. The published binaries, the real kubectl.</summary>
/// <param name="name">Which of the labs.</param>
/// <param name="stack">The address families of its underlay and pods.</param>
/// <param name="backend">The rule engine that its network asks for.</param>
public abstract class LabUnderTest(string name, LabStack stack, string backend = "auto") : IAsyncLifetime
{
    /// <summary>The running lab.</summary>
    public LabCluster Cluster { get; private set; } = null!;

    /// <summary>The shop's pods.</summary>
    public IReadOnlyList<LabPod> Pods { get; private set; } = [];

    /// <summary>A pod of the shop.</summary>
    /// <param name="name">As <c>cart</c>.</param>
    public LabPod Pod(string name) => Pods.First(p => string.Equals(p.Name, name, StringComparison.Ordinal));

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        var cancel = TestContext.Current.CancellationToken;
        Cluster = await LabCluster.StartAsync(new LabOptions { Instance = InstanceOf(name), Stack = stack, NetworkSpec = Network() }, null, sweepAtEnd: true, cancel);
        Pods = await new ShopFloor(Cluster).OpenAsync(cancel);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var pod in Pods)
            pod.Dispose();
        if (Cluster is not null)
            await Cluster.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private JsonObject Network()
    {
        var spec = stack.NetworkSpec();
        spec["rules"] = new JsonObject { ["backend"] = backend };
        return spec;
    }

    /// <summary>A lab of this checkout: a killed run's is swept by the next, and two checkouts do not meet.</summary>
    /// <param name="name">Which of the labs.</param>
    internal static LabInstance InstanceOf(string name) =>
        new($"ovt-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(LabPaths.Repository())))[..6]}-{name}");

    /// <summary>Runs kubectl on the lab.</summary>
    /// <param name="arguments">Its arguments.</param>
    public CommandOutput Kubectl(params ReadOnlySpan<string> arguments) =>
        Command.Run(Cluster.Instance, null, LabPaths.Kubectl(), ["--kubeconfig", Cluster.Instance.Kubeconfig, .. arguments]);

    /// <summary>Runs kubectl-overlay on the lab.</summary>
    /// <param name="arguments">Its arguments.</param>
    public CommandOutput Overlay(params ReadOnlySpan<string> arguments) =>
        Command.Run(Cluster.Instance, null, Path.Combine(LabPaths.Binaries(), "kubectl-overlay"), [.. arguments, "--kubeconfig", Cluster.Instance.Kubeconfig]);

    /// <summary>Runs kubectl with a manifest on its stdin.</summary>
    /// <param name="manifest">YAML.</param>
    /// <param name="arguments">As <c>apply -f -</c>.</param>
    public CommandOutput KubectlWith(string manifest, params ReadOnlySpan<string> arguments) =>
        Command.Run(Cluster.Instance, null, manifest, null, LabPaths.Kubectl(), ["--kubeconfig", Cluster.Instance.Kubeconfig, .. arguments]);
}
