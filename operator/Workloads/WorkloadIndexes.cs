using Overlay.Api.Workloads;
using Overlay.Kube.Caching;
using Overlay.Kube.Core;
using Overlay.Operator.Cluster;

namespace Overlay.Operator.Workloads;

/// <summary>Pods and tags by namespace; made once, as caches keep their indexes for good.</summary>
internal sealed class WorkloadIndexes(ClusterView cluster)
{
    /// <summary>The pods of a namespace.</summary>
    public EntityIndex<PodMetadata, string> Pods { get; } = cluster.Pods.Cache.AddIndex("namespace", p => new[] { p.Metadata.Namespace! });

    /// <summary>The tags of a namespace's workloads.</summary>
    public EntityIndex<WorkloadTag, string> Tags { get; } = cluster.Tags.Cache.AddIndex("namespace", t => new[] { t.Spec.Namespace });
}
