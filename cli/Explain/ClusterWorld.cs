using Overlay.Api.Json;
using Overlay.Api.Network;
using Overlay.Api.Objects;
using Overlay.Cli.Cluster;
using Overlay.Kube.Connection;
using Overlay.Kube.Core;
using Overlay.Kube.Entities;

namespace Overlay.Cli.Explain;

/// <summary>Reads the world of a live cluster: everything that policy is made of, and of all pods only those asked about.</summary>
internal static class ClusterWorld
{
    /// <summary>Reads. A pod that is not there is left out.</summary>
    /// <exception cref="KubernetesException">A read failed.</exception>
    public static async Task<ExplainWorld> ReadAsync(ClusterConnection connection, IEnumerable<ObjectKey> asked, CancellationToken cancel)
    {
        var network = await new EntityClient<OverlayNetwork>(connection, OverlayJson.Default.OverlayNetwork)
            .FindAsync(new ObjectKey(null, OverlayNetwork.DefaultName), cancel);
        var policies = ClusterReading.ListAsync(connection, OverlayJson.Default.OverlayPolicy, null, cancel);
        var namespaces = ClusterReading.ListAsync(connection, CoreJson.Default.Namespace, null, cancel);
        var tags = ClusterReading.ListAsync(connection, OverlayJson.Default.WorkloadTag, null, cancel);
        var client = new EntityClient<Pod>(connection, CoreJson.Default.Pod);
        var pods = Task.WhenAll(asked.Distinct().Select(key => client.FindAsync(key, cancel)));
        await Task.WhenAll(policies, namespaces, tags, pods);
        var world = ExplainWorld.Of(network, await policies, await namespaces, await tags, (await pods).OfType<Pod>());
        return network is null ? world with { Notes = ["there is no OverlayNetwork 'default': default action Allow is assumed"] } : world;
    }
}
