using System.Collections.Immutable;
using System.Text.Json.Serialization.Metadata;
using Overlay.Api.Json;
using Overlay.Api.Objects;
using Overlay.Api.Policies;
using Overlay.Kube.Connection;
using Overlay.Kube.Core;
using Overlay.Kube.Entities;

namespace Overlay.Cli.Cluster;

/// <summary>Reads the cluster's objects, a page at a time.</summary>
internal static class ClusterReading
{
    /// <summary>Connects as the options say.</summary>
    /// <param name="kubeconfig">A kubeconfig file; null: the environment decides.</param>
    /// <param name="context">A context; null: the current one.</param>
    /// <exception cref="ConnectionSettingsException">There is no usable configuration.</exception>
    public static ClusterConnection Connect(string? kubeconfig, string? context) =>
        ClusterConnection.FromEnvironment(kubeconfig, context, "kubectl-overlay");

    /// <summary>Reads what a status is told from.</summary>
    /// <exception cref="KubernetesException">A list failed.</exception>
    public static async Task<ClusterSnapshot> ReadAsync(ClusterConnection connection, string overlayNamespace, CancellationToken cancel)
    {
        // The network alone first: where Overlay is not installed, one clear refusal instead of several at once.
        var networks = await ListAsync(connection, OverlayJson.Default.OverlayNetwork, null, cancel);
        var nodes = ListAsync(connection, CoreJson.Default.Node, null, cancel);
        var subnets = ListAsync(connection, OverlayJson.Default.Subnet, null, cancel);
        var tags = ListAsync(connection, OverlayJson.Default.WorkloadTag, null, cancel);
        var policies = ListAsync(connection, OverlayJson.Default.OverlayPolicy, null, cancel, UnreadablePolicy.Overlay);
        var networkPolicies = ListAsync(connection, OverlayJson.Default.NetworkPolicy, null, cancel, UnreadablePolicy.Network);
        var clusterPolicies = ClusterPoliciesAsync(connection, cancel);
        var leases = ListAsync(connection, CoreJson.Default.Lease, overlayNamespace, cancel);
        await Task.WhenAll(nodes, subnets, tags, policies, networkPolicies, clusterPolicies, leases);
        return new ClusterSnapshot
        {
            Networks = networks,
            Nodes = await nodes,
            Subnets = await subnets,
            Tags = await tags,
            Policies = await policies,
            NetworkPolicies = await networkPolicies,
            ClusterPolicies = await clusterPolicies,
            Leases = await leases,
            OverlayNamespace = overlayNamespace,
        };
    }

    /// <summary>Lists all objects of a kind.</summary>
    public static async Task<ImmutableArray<T>> ListAsync<T>(
        ClusterConnection connection, JsonTypeInfo<T> json, string? ns, CancellationToken cancel, EntitySalvage<T>? salvage = null)
        where T : class, IEntity<T>
    {
        var items = ImmutableArray.CreateBuilder<T>();
        var client = new EntityClient<T>(connection, json, null, salvage);
        await foreach (var item in client.ListAllAsync(new EntitySelection { Namespace = ns }, cancel))
            items.Add(item);
        return items.ToImmutable();
    }

    /// <summary>Lists the ClusterNetworkPolicies: none where their definition, which is an option, is not installed.</summary>
    public static async Task<ImmutableArray<ClusterNetworkPolicy>> ClusterPoliciesAsync(ClusterConnection connection, CancellationToken cancel)
    {
        try
        {
            return await ListAsync(connection, OverlayJson.Default.ClusterNetworkPolicy, null, cancel, UnreadablePolicy.Cluster);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            return [];
        }
    }
}
