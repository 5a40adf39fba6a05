using Microsoft.Extensions.Logging;
using Overlay.Api.Network;
using Overlay.Api.Objects;
using Overlay.Api.Policies;
using Overlay.Api.Subnets;
using Overlay.Api.Workloads;
using Overlay.Kube.Caching;
using Overlay.Kube.Core;

namespace Overlay.NodeAgent.Cluster;

/// <summary>What this node knows of the cluster: filled by reflectors, or by a test.</summary>
internal sealed class ClusterCaches
{
    private readonly EntityIndex<Pod, string> _podsByUid;
    private readonly EntityIndex<Pod, string> _podsByStaticUid;

    /// <summary>Empty caches.</summary>
    /// <param name="log">Hears of objects that were deleted while the network hangs on them; null: nobody does.</param>
    public ClusterCaches(ILogger? log = null)
    {
        Subnets = new(null, log, new Leaving<Subnet> { IsDue = SubnetLoss.IsDue, IsOverruled = SubnetLoss.IsOverruled });
        Tags = new(null, log, new Leaving<WorkloadTag> { IsDue = tag => tag.Status?.Phase == AllocationPhase.Released });
        _podsByUid = Pods.AddIndex("uid", p => p.Metadata.Uid is { } uid ? [uid] : Array.Empty<string>());
        _podsByStaticUid = Pods.AddIndex("static-uid", p => MirrorPod.ClaimedUid(p) is { } uid ? [uid] : Array.Empty<string>());
    }

    /// <summary>The network.</summary>
    public EntityCache<OverlayNetwork> Networks { get; } = new();

    /// <summary>All nodes' blocks.</summary>
    public EntityCache<Subnet> Subnets { get; }

    /// <summary>All tags.</summary>
    public EntityCache<WorkloadTag> Tags { get; }

    /// <summary>All OverlayPolicies.</summary>
    public EntityCache<OverlayPolicy> Policies { get; } = new();

    /// <summary>All NetworkPolicies.</summary>
    public EntityCache<NetworkPolicy> NetworkPolicies { get; } = new();

    /// <summary>All ClusterNetworkPolicies; none where their definition is not installed.</summary>
    public EntityCache<ClusterNetworkPolicy> ClusterPolicies { get; } = new();

    /// <summary>All namespaces.</summary>
    public EntityCache<Namespace> Namespaces { get; } = new();

    /// <summary>This node.</summary>
    public EntityCache<Node> Nodes { get; } = new();

    /// <summary>This node's pods.</summary>
    public EntityCache<Pod> Pods { get; } = new();

    /// <summary>Whether everything that rules are made of has been listed.</summary>
    public bool HaveSynced => !Missing.Any();

    /// <summary>Whether something of it is what was known before this agent started, because no list has come since.</summary>
    public bool ArePrimed =>
        Networks.IsPrimed || Subnets.IsPrimed || Tags.IsPrimed || Policies.IsPrimed || NetworkPolicies.IsPrimed || ClusterPolicies.IsPrimed || Namespaces.IsPrimed || Nodes.IsPrimed || Pods.IsPrimed;

    /// <summary>The kinds that have not been listed yet, for messages.</summary>
    public IEnumerable<string> Missing
    {
        get
        {
            return new[]
            {
                Unlisted(Networks),
                Unlisted(Subnets),
                Unlisted(Tags),
                Unlisted(Policies),
                Unlisted(NetworkPolicies),
                Unlisted(ClusterPolicies),
                Unlisted(Namespaces),
                Unlisted(Nodes),
                Unlisted(Pods),
            }.OfType<string>();

            static string? Unlisted<T>(EntityCache<T> cache)
                where T : class, IEntity<T> => cache.HasSynced ? null : T.Definition.Plural;
        }
    }

    /// <summary>Waits until everything has been listed.</summary>
    public Task WaitForSyncAsync(CancellationToken cancellation) =>
        Task.WhenAll(
            Networks.WaitForSyncAsync(cancellation),
            Subnets.WaitForSyncAsync(cancellation),
            Tags.WaitForSyncAsync(cancellation),
            Policies.WaitForSyncAsync(cancellation),
            NetworkPolicies.WaitForSyncAsync(cancellation),
            ClusterPolicies.WaitForSyncAsync(cancellation),
            Namespaces.WaitForSyncAsync(cancellation),
            Nodes.WaitForSyncAsync(cancellation),
            Pods.WaitForSyncAsync(cancellation)
        );

    /// <summary>A pod of this node, or null.</summary>
    /// <param name="uid">Its UID as the kubelet says it: of a static pod, not the one that the API knows.</param>
    /// <param name="key">Its namespace and name as the kubelet says them; the name is empty when it is not known.</param>
    public Pod? FindPod(string uid, ObjectKey key) =>
        _podsByUid[uid] is [var pod, ..] ? pod
        : _podsByStaticUid[uid].Where(candidate => StandsFor(candidate, uid, key)).ToArray() is [var mirror] ? mirror
        : null;

    /// <summary>Whether this is the pod that the kubelet speaks of; see <see cref="FindPod"/>.</summary>
    public bool IsPod(Pod pod, string uid, ObjectKey key) => string.Equals(pod.Metadata.Uid, uid, StringComparison.Ordinal) || StandsFor(pod, uid, key);

    /// <summary>Returns when everybody has been told of every change that can be seen now.</summary>
    public void WaitUntilTold()
    {
        Networks.WaitUntilTold();
        Subnets.WaitUntilTold();
        Tags.WaitUntilTold();
        Policies.WaitUntilTold();
        NetworkPolicies.WaitUntilTold();
        ClusterPolicies.WaitUntilTold();
        Namespaces.WaitUntilTold();
        Nodes.WaitUntilTold();
        Pods.WaitUntilTold();
    }

    /// <summary>Calls back on each change.</summary>
    /// <param name="node">What the VTEP depends on, and all else too. Must be quick.</param>
    /// <param name="pods">What wires and rules depend on. Must be quick.</param>
    /// <param name="policy">What only the rules depend on. Must be quick.</param>
    public IDisposable OnChange(Action node, Action pods, Action policy)
    {
        IDisposable[] subscriptions =
        [
            Networks.Subscribe(_ => node()),
            Subnets.Subscribe(_ => node()),
            Tags.Subscribe(_ => policy()),
            Policies.Subscribe(_ => policy()),
            NetworkPolicies.Subscribe(_ => policy()),
            ClusterPolicies.Subscribe(_ => policy()),
            Namespaces.Subscribe(_ => policy()),
            Nodes.Subscribe(_ => node()),
            Pods.Subscribe(_ => pods()),
        ];
        return new All(subscriptions);
    }

    private bool StandsFor(Pod pod, string uid, ObjectKey key) =>
        string.Equals(MirrorPod.ClaimedUid(pod), uid, StringComparison.Ordinal)
        && string.Equals(pod.Metadata.Namespace, key.Namespace, StringComparison.Ordinal)
        && (key.Name.Length == 0 || string.Equals(pod.Metadata.Name, key.Name, StringComparison.Ordinal))
        && MirrorPod.IsOf(pod, Nodes.Find(new ObjectKey(null, pod.Spec.NodeName ?? "")));

    private sealed class All(IDisposable[] parts) : IDisposable
    {
        public void Dispose()
        {
            foreach (var part in parts)
                part.Dispose();
        }
    }
}
