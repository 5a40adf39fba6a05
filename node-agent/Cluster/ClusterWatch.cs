using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;
using Overlay.Api.Json;
using Overlay.Api.Objects;
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
            WatchAsync(caches.Networks, OverlayJson.Default.OverlayNetwork, EntitySelection.All, cancellation),
            WatchAsync(caches.Subnets, OverlayJson.Default.Subnet, EntitySelection.All, cancellation),
            WatchAsync(caches.Tags, OverlayJson.Default.WorkloadTag, EntitySelection.All, cancellation),
            WatchAsync(caches.Policies, OverlayJson.Default.OverlayPolicy, EntitySelection.All, cancellation),
            WatchAsync(caches.Namespaces, CoreJson.Default.Namespace, EntitySelection.All, cancellation),
            WatchAsync(caches.Nodes, CoreJson.Default.Node, Field("metadata.name"), cancellation),
            WatchAsync(caches.Pods, CoreJson.Default.Pod, Field("spec.nodeName"), cancellation)
        );

    private EntitySelection Field(string field) => new() { FieldSelector = $"{field}={nodeName}" };

    private Task WatchAsync<T>(
        EntityCache<T> cache,
        JsonTypeInfo<T> json,
        EntitySelection selection,
        CancellationToken cancellation
    )
        where T : class, IEntity<T> =>
        new Reflector<T>(
            new EntityClient<T>(connection, json),
            cache,
            new ReflectorOptions<T> { Selection = selection },
            logs.CreateLogger<Reflector<T>>()
        ).RunAsync(cancellation);
}
