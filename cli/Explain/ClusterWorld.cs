using System.Collections.Immutable;
using System.Net;
using Overlay.Api.Json;
using Overlay.Api.Network;
using Overlay.Api.Objects;
using Overlay.Api.Policies;
using Overlay.Cli.Cluster;
using Overlay.Kube.Connection;
using Overlay.Kube.Core;
using Overlay.Kube.Entities;

namespace Overlay.Cli.Explain;

/// <summary>Reads the world of a live cluster: everything that policy is made of, and of all pods only those asked about, unless all are asked for.</summary>
internal static class ClusterWorld
{
    /// <summary>Reads. A pod that is not there is left out.</summary>
    /// <param name="connection">The cluster.</param>
    /// <param name="asked">The ends asked about; null: every pod.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="KubernetesException">A read failed.</exception>
    public static async Task<ExplainWorld> ReadAsync(ClusterConnection connection, IReadOnlyCollection<End>? asked, CancellationToken cancel)
    {
        var network = await new EntityClient<OverlayNetwork>(connection, OverlayJson.Default.OverlayNetwork)
            .FindAsync(new ObjectKey(null, OverlayNetwork.DefaultName), cancel);
        var policies = ClusterReading.ListAsync(connection, OverlayJson.Default.OverlayPolicy, null, cancel, UnreadablePolicy.Overlay);
        var networkPolicies = ClusterReading.ListAsync(connection, OverlayJson.Default.NetworkPolicy, null, cancel, UnreadablePolicy.Network);
        var clusterPolicies = ClusterReading.ClusterPoliciesAsync(connection, cancel);
        var namespaces = ClusterReading.ListAsync(connection, CoreJson.Default.Namespace, null, cancel);
        var tags = ClusterReading.ListAsync(connection, OverlayJson.Default.WorkloadTag, null, cancel);
        var subnets = ClusterReading.ListAsync(connection, OverlayJson.Default.Subnet, null, cancel);
        var pods = asked is null ? ClusterReading.ListAsync(connection, CoreJson.Default.Pod, null, cancel) : AskedAsync(connection, asked, network, cancel);
        await Task.WhenAll(policies, networkPolicies, clusterPolicies, namespaces, tags, subnets, pods);
        var world = ExplainWorld.Of(
            new WorldObjects
            {
                Network = network,
                Policies = await policies,
                NetworkPolicies = await networkPolicies,
                ClusterPolicies = await clusterPolicies,
                Namespaces = await namespaces,
                Tags = await tags,
                Subnets = await subnets,
                Pods = await pods,
            });
        return network is null ? world with { Notes = ["there is no OverlayNetwork 'default': default action Allow is assumed"] } : world;
    }

    private static async Task<ImmutableArray<Pod>> AskedAsync(ClusterConnection connection, IEnumerable<End> asked, OverlayNetwork? network, CancellationToken cancel)
    {
        var client = new EntityClient<Pod>(connection, CoreJson.Default.Pod);
        var pods = await Task.WhenAll(asked.Distinct().Select(end => PodAsync(client, end, network, cancel)));
        return [.. pods.OfType<Pod>().DistinctBy(pod => pod.Metadata.Key)];
    }

    private static async Task<Pod?> PodAsync(EntityClient<Pod> client, End end, OverlayNetwork? network, CancellationToken cancel)
    {
        if (end.Pod is { } key)
            return await client.FindAsync(key, cancel);
        var pools = network is null ? [] : ExplainWorld.PoolsOf(network.Spec);
        if (end.Address is not { } address || !pools.Any(pool => pool.Contains(address)))
            return null;

        // The server finds pods by their first address only; by another one of a dual-stack pod, we look through all.
        return await FindAsync(client, new EntitySelection { FieldSelector = $"status.podIP={address}" }, address, cancel)
            ?? await FindAsync(client, EntitySelection.All, address, cancel);
    }

    private static async Task<Pod?> FindAsync(EntityClient<Pod> client, EntitySelection selection, IPAddress address, CancellationToken cancel)
    {
        await foreach (var pod in client.ListAllAsync(selection, cancel))
        {
            if (FoundEnd.Has(pod, address))
                return pod;
        }

        return null;
    }
}
