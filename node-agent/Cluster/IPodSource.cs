using Overlay.Api.Objects;
using Overlay.Kube.Core;

namespace Overlay.NodeAgent.Cluster;

/// <summary>Asks the API server itself about one pod, for an ADD that is faster than the watch.</summary>
internal interface IPodSource
{
    /// <summary>The pod as it is now; null when there is none. Throws when the server does not answer.</summary>
    Task<Pod?> GetAsync(ObjectKey key, CancellationToken cancellation);
}
