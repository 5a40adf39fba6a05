using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;
using Overlay.Api.Json;
using Overlay.Api.Network;
using Overlay.Api.Nodes;
using Overlay.Api.Objects;
using Overlay.Api.Policies;
using Overlay.Api.Subnets;
using Overlay.Api.Workloads;
using Overlay.Kube.Caching;
using Overlay.Kube.Connection;
using Overlay.Kube.Core;
using Overlay.Kube.Entities;
using Overlay.Kube.Queueing;
using Overlay.Kube.Watching;
using Overlay.Operator.Agents;

namespace Overlay.Operator.Cluster;

/// <summary>One kind: its client, its cache, and what keeps the cache equal to the server.</summary>
internal sealed class Watched<T>
    where T : class, IEntity<T>
{
    /// <summary>There are two operators, not five thousand: they may ask often, and all nodes wait for what they have missed.</summary>
    private static readonly Backoff Eager = new(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(5));

    private readonly Reflector<T> _reflector;

    public Watched(
        ClusterConnection connection,
        JsonTypeInfo<T> json,
        ILoggerFactory logs,
        ReflectorOptions<T>? options = null,
        EntityClientOptions? clientOptions = null,
        EntitySalvage<T>? salvage = null)
    {
        Client = new EntityClient<T>(connection, json, (clientOptions ?? new EntityClientOptions()) with { FieldManager = "overlay-operator" }, salvage);
        var logger = logs.CreateLogger($"Overlay.Operator.{T.Definition.Plural}");
        var cache = new EntityCache<T>(null, logger);
        _reflector = new Reflector<T>(Client, cache, (options ?? new ReflectorOptions<T>()) with { Backoff = Eager }, logger);
        Cache = cache;
    }

    public EntityClient<T> Client { get; }

    public IEntityCache<T> Cache { get; }

    public Task RunAsync(CancellationToken cancel) => _reflector.RunAsync(cancel);
}

/// <summary>Everything the operator sees of the cluster. The caches are filled whether it leads or not: a successor starts warm.</summary>
internal sealed class ClusterView(ClusterConnection connection, string leaseNamespace, ILoggerFactory logs, TimeProvider? time = null)
{
    private Heartbeats? _heartbeats;

    public Watched<OverlayNetwork> Networks { get; } = new(connection, OverlayJson.Default.OverlayNetwork, logs);

    /// <summary>The one network that is used; null: there is none.</summary>
    public OverlayNetwork? Network => Networks.Cache.Find(new ObjectKey(null, OverlayNetwork.DefaultName));

    public Watched<Subnet> Subnets { get; } = new(connection, OverlayJson.Default.Subnet, logs);

    public Watched<WorkloadTag> Tags { get; } = new(connection, OverlayJson.Default.WorkloadTag, logs);

    public Watched<OverlayPolicy> Policies { get; } = new(connection, OverlayJson.Default.OverlayPolicy, logs, salvage: UnreadablePolicy.Overlay);

    public Watched<NetworkPolicy> NetworkPolicies { get; } = new(connection, OverlayJson.Default.NetworkPolicy, logs, salvage: UnreadablePolicy.Network);

    /// <summary>None where their definition is not installed.</summary>
    public Watched<ClusterNetworkPolicy> ClusterPolicies { get; } = new(
        connection,
        OverlayJson.Default.ClusterNetworkPolicy,
        logs,
        new ReflectorOptions<ClusterNetworkPolicy> { MayBeMissing = true },
        salvage: UnreadablePolicy.Cluster);

    public Watched<Node> Nodes { get; } = new(connection, CoreJson.Default.Node, logs);

    public Watched<Namespace> Namespaces { get; } = new(connection, CoreJson.Default.Namespace, logs);

    /// <summary>
    /// All pods' metadata. Whether a pod is on the host's network is not in there, so such pods get tags that nobody sends with: harmless.
    /// Ended pods keep their workload's tag until they are deleted: harmless too.
    /// </summary>
    public Watched<PodMetadata> Pods { get; } = new(
        connection,
        CoreJson.Default.PodMetadata,
        logs,
        new ReflectorOptions<PodMetadata> { Transform = Slim },
        new EntityClientOptions { MetadataOnly = true });

    /// <summary>What the agents say of themselves, of the nodes that have a part in the network.</summary>
    public AgentReports Agents() =>
        new(Subnets.Cache.Snapshot().Where(s => s.Status?.Phase != AllocationPhase.Released).Select(s => s.Spec.NodeName), Leases.Cache.Snapshot());

    /// <summary>The agents' Leases.</summary>
    public Watched<Lease> Leases { get; } = new(
        connection,
        CoreJson.Default.Lease,
        logs,
        new ReflectorOptions<Lease>
        {
            Selection = new EntitySelection { Namespace = leaseNamespace, LabelSelector = $"{AgentLease.RoleLabel}={AgentLease.Role}" },
        });

    /// <summary>Which agents are alive.</summary>
    public Heartbeats Heartbeats => LazyInitializer.EnsureInitialized(ref _heartbeats, () => new Heartbeats(Leases.Cache, time ?? TimeProvider.System));

    /// <summary>Writes Events.</summary>
    public EntityClient<Event> Events { get; } = new(connection, CoreJson.Default.Event, new EntityClientOptions { FieldManager = "overlay-operator" });

    /// <summary>Whether every first list has come.</summary>
    public bool HasSynced =>
        Networks.Cache.HasSynced && Subnets.Cache.HasSynced && Tags.Cache.HasSynced && Policies.Cache.HasSynced
        && NetworkPolicies.Cache.HasSynced && ClusterPolicies.Cache.HasSynced
        && Nodes.Cache.HasSynced && Namespaces.Cache.HasSynced && Pods.Cache.HasSynced && Leases.Cache.HasSynced;

    /// <summary>Waits for every first list.</summary>
    public Task WaitForSyncAsync(CancellationToken cancel) => Task.WhenAll(
        Networks.Cache.WaitForSyncAsync(cancel),
        Subnets.Cache.WaitForSyncAsync(cancel),
        Tags.Cache.WaitForSyncAsync(cancel),
        Policies.Cache.WaitForSyncAsync(cancel),
        NetworkPolicies.Cache.WaitForSyncAsync(cancel),
        ClusterPolicies.Cache.WaitForSyncAsync(cancel),
        Nodes.Cache.WaitForSyncAsync(cancel),
        Namespaces.Cache.WaitForSyncAsync(cancel),
        Pods.Cache.WaitForSyncAsync(cancel),
        Leases.Cache.WaitForSyncAsync(cancel));

    /// <summary>Keeps all caches until cancelled.</summary>
    public Task RunAsync(CancellationToken cancel)
    {
        _ = Heartbeats; // hears of the first renewal
        return Task.WhenAll(
            Networks.RunAsync(cancel),
            Subnets.RunAsync(cancel),
            Tags.RunAsync(cancel),
            Policies.RunAsync(cancel),
            NetworkPolicies.RunAsync(cancel),
            ClusterPolicies.RunAsync(cancel),
            Nodes.RunAsync(cancel),
            Namespaces.RunAsync(cancel),
            Pods.RunAsync(cancel),
            Leases.RunAsync(cancel));
    }

    private static PodMetadata Slim(PodMetadata pod) => new()
    {
        Metadata = new ObjectMeta
        {
            Name = pod.Metadata.Name,
            Namespace = pod.Metadata.Namespace is { } ns ? Texts.Shared(ns) : null,
            Uid = pod.Metadata.Uid,
            ResourceVersion = pod.Metadata.ResourceVersion,
            Labels = Texts.Shared(pod.Metadata.Labels),
        },
    };
}
