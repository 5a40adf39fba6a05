using Overlay.Lab.Processes;

namespace Overlay.Lab.Shop;

/// <summary>The example shop in a lab: brought in by the real kubectl, its pods found by name.</summary>
/// <param name="cluster">The lab.</param>
public sealed class ShopFloor(LabCluster cluster)
{
    private static readonly (string Namespace, string Name)[] Pods =
        [("shop", "frontend"), ("shop", "cart"), ("shop", "catalog-1"), ("shop", "catalog-2"), ("payments", "gateway"), ("monitoring", "prometheus")];

    private static readonly (string Pod, int Port)[] Offered =
        [("frontend", 8080), ("cart", 8080), ("catalog-1", 8080), ("catalog-2", 8080), ("gateway", 8443), ("prometheus", 9090), ("cart", 9100), ("gateway", 9100)];

    /// <summary>Creates the shop and waits until its pods run.</summary>
    /// <param name="cancel">Ends it.</param>
    public async Task<IReadOnlyList<LabPod>> OpenAsync(CancellationToken cancel)
    {
        await ApplyAsync("shop", cancel);
        return await FindAsync(cancel);
    }

    /// <summary>The shop's pods.</summary>
    /// <param name="cancel">Ends it.</param>
    public async Task<IReadOnlyList<LabPod>> FindAsync(CancellationToken cancel) =>
        await Task.WhenAll(Pods.Select(p => cluster.WaitRunningAsync(p.Namespace, p.Name, cancel)));

    /// <summary>What the pods offer: the matrix' columns.</summary>
    /// <param name="pods">The shop's pods.</param>
    public static IReadOnlyList<(LabPod Pod, int Port)> Services(IReadOnlyList<LabPod> pods) =>
        [.. Offered.Select(o => (pods.First(p => string.Equals(p.Name, o.Pod, StringComparison.Ordinal)), o.Port))];

    /// <summary>Applies the example policies.</summary>
    /// <param name="cancel">Ends it.</param>
    /// <returns>What kubectl said.</returns>
    public Task<string> ApplyPoliciesAsync(CancellationToken cancel) => ApplyAsync("policies", cancel);

    private async Task<string> ApplyAsync(string folder, CancellationToken cancel)
    {
        var said = await Command.RunAsync(
            cluster.Instance,
            null,
            LabPaths.Kubectl(),
            ["--kubeconfig", cluster.Instance.Kubeconfig, "apply", "-f", Path.Combine(LabPaths.Examples(), folder)],
            cancel);
        return said.Checked();
    }
}
