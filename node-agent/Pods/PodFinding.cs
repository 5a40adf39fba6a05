using Overlay.Kube.Core;
using Overlay.NodeAgent.Cluster;
using Overlay.NodeAgent.Cni;

namespace Overlay.NodeAgent.Pods;

/// <summary>Finds the pod that a container belongs to, by its UID: names come back, UIDs do not. A static pod is found by its mirror (<see cref="MirrorPod"/>).</summary>
internal sealed class PodFinding(ClusterCaches caches, IPodSource source, TimeProvider time)
{
    private static readonly TimeSpan ShortWait = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan AskAtMost = TimeSpan.FromSeconds(3);

    /// <summary>The pod; error 11 when it is not known. A runtime can be a little faster than the watch, so this waits a little, then asks.</summary>
    public async Task<Pod> FindAsync(PodArguments named, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        do
        {
            if (caches.FindPod(named.Uid, named.Key) is { } pod)
                return pod;
            await Task.Delay(Step, time, cancellation);
        } while (time.GetElapsedTime(began) < ShortWait);

        return await AskAsync(named, cancellation);
    }

    private async Task<Pod> AskAsync(PodArguments named, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(AskAtMost, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        Pod? pod;
        try
        {
            pod = await source.GetAsync(named.Key, both.Token);
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            throw Unknown(named, $"the API server does not answer ({error.Message})", error);
        }

        if (pod is null)
            throw Unknown(named, "the API server does not know it", null);
        return caches.IsPod(pod, named.Uid, named.Key)
            ? pod
            : throw Unknown(named, $"the pod of that name has the UID {pod.Metadata.Uid} now", null);
    }

    private static CniException Unknown(PodArguments named, string why, Exception? cause) =>
        new(
            CniErrorCode.TryAgainLater,
            $"the pod {named.Namespace}/{named.Name} (UID {named.Uid}) is not known: {why}",
            "the runtime tries again by itself; if it goes on, is the pod deleted, or the API server out of this node's reach?",
            cause
        );
}
