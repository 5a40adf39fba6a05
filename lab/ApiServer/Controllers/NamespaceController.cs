using Overlay.Lab.ApiServer.Http;
using Overlay.Lab.ApiServer.Objects;
using Overlay.Lab.ApiServer.Resources;
using Overlay.Lab.ApiServer.Storage;

namespace Overlay.Lab.ApiServer.Controllers;

/// <summary>Empties namespaces that are being deleted, and lets them go when nothing is left in them.</summary>
internal sealed class NamespaceController(Cluster cluster)
{
    private readonly ChangeQueue changes = new(cluster.Store);

    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            foreach (var left in cluster.Store.Current(NamespaceRules.StorageKey).Objects.Where(n => n.IsDeleting))
                Empty(left.Key.Name);
            await foreach (var (resource, change) in changes.ReadAsync(cancel))
            {
                var name = string.Equals(resource, NamespaceRules.StorageKey, StringComparison.Ordinal) ? change.Object.Key.Name : change.Object.Key.Namespace;
                if (name.Length > 0 && cluster.Store.Find(NamespaceRules.StorageKey, new StoreKey("", name)) is { IsDeleting: true })
                    Empty(name);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private void Empty(string name)
    {
        var empty = true;
        foreach (var type in cluster.Catalog.Stored.Where(t => t.Namespaced))
        {
            foreach (var item in cluster.Store.Current(type.StorageKey).From(name).ToList())
            {
                empty = false;
                if (!item.IsDeleting)
                    TryDelete(type, item.Key);
            }
        }
        if (empty)
            Finish(name);
    }

    private void TryDelete(ResourceType type, StoreKey key)
    {
        try
        {
            cluster.Delete(type, key, new DeleteRequest());
        }
        catch (ApiException e) when (e.Code == 404)
        {
            // Gone already.
        }
    }

    private void Finish(string name)
    {
        try
        {
            var type = cluster.Catalog.Find("", "v1", "namespaces")!;
            cluster.Update(type, new StoreKey("", name), node =>
            {
                node.Object("spec")?.Remove("finalizers");
                return node;
            }, new WriteOptions { Manager = "kube-controller-manager", Subresource = "finalize" });
        }
        catch (ApiException e) when (e.Code == 404)
        {
            // Gone already.
        }
    }
}
