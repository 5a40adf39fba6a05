using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;
using Overlay.Api.Json;
using Overlay.Api.Objects;
using Overlay.Api.Policies;
using Overlay.Kube.Caching;
using Overlay.Kube.Connection;
using Overlay.Kube.Core;
using Overlay.Kube.Entities;
using Overlay.Kube.Watching;

namespace Overlay.NodeAgent.Cluster;

/// <summary>Keeps the caches equal to the API server's objects: those of the whole cluster that rules need, and this node's own.</summary>
internal sealed class ClusterWatch(ClusterConnection connection, ClusterCaches caches, string nodeName, ILoggerFactory logs)
{
    /// <summary>Lists and watches until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellation) =>
        Task.WhenAll(
            WatchAsync(caches.Networks, OverlayJson.Default.OverlayNetwork, cancellation),
            WatchAsync(caches.Subnets, OverlayJson.Default.Subnet, cancellation, new() { Transform = Kept.Of }),
            WatchAsync(caches.Tags, OverlayJson.Default.WorkloadTag, cancellation, new() { Transform = Kept.Of }),
            WatchAsync(caches.Policies, OverlayJson.Default.OverlayPolicy, cancellation, new() { Transform = Kept.Of }, UnreadablePolicy.Overlay),
            WatchAsync(caches.NetworkPolicies, OverlayJson.Default.NetworkPolicy, cancellation, new() { Transform = Kept.Of }, UnreadablePolicy.Network),
            WatchAsync(caches.ClusterPolicies, OverlayJson.Default.ClusterNetworkPolicy, cancellation, new() { MayBeMissing = true }, UnreadablePolicy.Cluster),
            WatchAsync(caches.Namespaces, CoreJson.Default.Namespace, cancellation),
            WatchAsync(caches.Nodes, CoreJson.Default.Node, cancellation, new() { Selection = Field("metadata.name") }),
            WatchAsync(caches.Pods, CoreJson.Default.Pod, cancellation, new() { Selection = Field("spec.nodeName") })
        );

    private EntitySelection Field(string field) => new() { FieldSelector = $"{field}={nodeName}" };

    private Task WatchAsync<T>(
        EntityCache<T> cache,
        JsonTypeInfo<T> json,
        CancellationToken cancellation,
        ReflectorOptions<T>? options = null,
        EntitySalvage<T>? salvage = null
    )
        where T : class, IEntity<T> =>
        new Reflector<T>(new EntityClient<T>(connection, json, null, salvage), cache, options, logs.CreateLogger<Reflector<T>>()).RunAsync(cancellation);
}
