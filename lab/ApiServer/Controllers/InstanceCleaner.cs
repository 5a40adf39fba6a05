using Overlay.Lab.ApiServer.Objects;
using Overlay.Lab.ApiServer.Resources;
using Overlay.Lab.ApiServer.Storage;

namespace Overlay.Lab.ApiServer.Controllers;

/// <summary>When a definition is gone its objects go with it; nobody could reach them any more.</summary>
internal sealed class InstanceCleaner(Cluster cluster)
{
    private readonly ChangeQueue changes = new(cluster.Store);

    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            await foreach (var (resource, change) in changes.ReadAsync(cancel))
            {
                if (change.Kind == ChangeKind.Deleted && string.Equals(resource, BuiltInResources.CustomResourceDefinitions.StorageKey, StringComparison.Ordinal))
                    Clean(change.Object);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private void Clean(StoredObject definition)
    {
        var spec = definition.ToNode().Object("spec") ?? [];
        var storageKey = $"{spec.Text("group")}/{spec.Object("names")?.Text("plural")}";
        if (cluster.Catalog.Stored.Any(t => string.Equals(t.StorageKey, storageKey, StringComparison.Ordinal)))
            return;
        foreach (var item in cluster.Store.Current(storageKey).Objects)
            cluster.Store.TryRemove(storageKey, item.Key, item.ResourceVersion, []);
    }
}
