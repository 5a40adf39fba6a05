using Overlay.Api.Objects;
using Overlay.Kube.Connection;
using Overlay.Kube.Core;
using Overlay.Kube.Entities;

namespace Overlay.NodeAgent.Cluster;

/// <summary>Reads single pods from the API server.</summary>
internal sealed class ApiPodSource(ClusterConnection connection) : IPodSource
{
    private readonly EntityClient<Pod> _pods = new(connection, CoreJson.Default.Pod);

    /// <inheritdoc />
    public Task<Pod?> GetAsync(ObjectKey key, CancellationToken cancellation) => _pods.FindAsync(key, cancellation);
}
