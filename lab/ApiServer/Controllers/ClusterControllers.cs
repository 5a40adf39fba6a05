namespace Overlay.Lab.ApiServer.Controllers;

/// <summary>The loops that a cluster's controller manager runs and that clients rely on.</summary>
internal static class ClusterControllers
{
    public static Task RunAsync(Cluster cluster, CancellationToken cancel) =>
        Task.WhenAll(new GarbageCollector(cluster).RunAsync(cancel), new NamespaceController(cluster).RunAsync(cancel), new InstanceCleaner(cluster).RunAsync(cancel));
}
