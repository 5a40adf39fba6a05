using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Http;
using Overlay.Lab.ApiServer.Objects;
using Overlay.Lab.ApiServer.Resources;
using Overlay.Lab.ApiServer.Storage;

namespace Overlay.Lab.ApiServer.Controllers;

/// <summary>
/// Objects whose owners are gone go too; owners deleted in the foreground wait for their dependents, owners deleted as orphaning set them free.
/// </summary>
internal sealed class GarbageCollector(Cluster cluster)
{
    private readonly ChangeQueue changes = new(cluster.Store);
    private readonly Dictionary<string, (string Resource, StoreKey Key)> living = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> dependents = new(StringComparer.Ordinal);

    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            foreach (var type in cluster.Catalog.Stored)
            {
                foreach (var item in cluster.Store.Current(type.StorageKey).Objects)
                    Learn(type.StorageKey, item);
            }
            await foreach (var (resource, change) in changes.ReadAsync(cancel))
                Handle(resource, change);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private void Handle(string resource, Change change)
    {
        var item = change.Object;
        if (change.Kind != ChangeKind.Deleted)
        {
            Learn(resource, item);
            if (item.IsDeleting)
                Release(resource, item);
            else if (change.Kind == ChangeKind.Added && !item.OwnerUids.IsEmpty && !item.OwnerUids.Any(living.ContainsKey))
                CollectIfOwnerless(item.Uid);
            return;
        }
        living.Remove(item.Uid);
        foreach (var dependent in dependents.GetValueOrDefault(item.Uid, []).ToList())
            CollectIfOwnerless(dependent);
        dependents.Remove(item.Uid);

        // A foreground owner may have waited for this one.
        foreach (var owner in item.OwnerUids)
        {
            dependents.GetValueOrDefault(owner)?.Remove(item.Uid);
            if (Find(owner) is { } found && found.Item.IsDeleting)
                Release(found.Type.StorageKey, found.Item);
        }
    }

    private void Learn(string resource, StoredObject item)
    {
        living[item.Uid] = (resource, item.Key);
        foreach (var owner in item.OwnerUids)
        {
            if (!dependents.TryGetValue(owner, out var set))
                dependents[owner] = set = new HashSet<string>(StringComparer.Ordinal);
            set.Add(item.Uid);
        }
    }

    /// <summary>Does what an owner's orphan or foreground finalizer waits for, and takes the finalizer off.</summary>
    private void Release(string resource, StoredObject owner)
    {
        var node = owner.ToNode();
        var waiting = dependents.GetValueOrDefault(owner.Uid, []).Select(Find).OfType<(ResourceType Type, StoredObject Item)>().ToList();
        if (Finalizers.Has(node, Finalizers.Orphan))
        {
            foreach (var (type, item) in waiting)
                Quietly(() => cluster.Update(type, item.Key, n => WithoutOwner(n, owner.Uid), Mine));
            RemoveFinalizer(resource, owner, Finalizers.Orphan);
        }
        else if (Finalizers.Has(node, Finalizers.Foreground))
        {
            foreach (var (type, item) in waiting.Where(w => !w.Item.IsDeleting))
                Quietly(() => cluster.Delete(type, item.Key, new DeleteRequest { Uid = item.Uid, Propagation = Propagation.Foreground }));
            if (!waiting.Any(w => Find(w.Item.Uid) is { } left && Blocks(left.Item, owner.Uid)))
                RemoveFinalizer(resource, owner, Finalizers.Foreground);
        }
    }

    private void CollectIfOwnerless(string uid)
    {
        if (Find(uid) is not { } found)
            return;
        var (type, item) = found;
        if (item.OwnerUids.IsEmpty || item.IsDeleting)
            return;
        if (!item.OwnerUids.Any(o => Find(o) is not null))
            Quietly(() => cluster.Delete(type, item.Key, new DeleteRequest { Uid = item.Uid }));
        else
            Quietly(() => cluster.Update(type, item.Key, n => item.OwnerUids.Where(o => Find(o) is null).Aggregate(n, WithoutOwner), Mine));
    }

    private (ResourceType Type, StoredObject Item)? Find(string uid)
    {
        if (!living.TryGetValue(uid, out var at) || cluster.Store.Find(at.Resource, at.Key) is not { } item || !string.Equals(item.Uid, uid, StringComparison.Ordinal))
            return null;
        var type = cluster.Catalog.Stored.FirstOrDefault(t => string.Equals(t.StorageKey, at.Resource, StringComparison.Ordinal));
        return type is null ? null : (type, item);
    }

    private static bool Blocks(StoredObject item, string owner) =>
        (item.ToNode().Meta().Array("ownerReferences") ?? []).OfType<JsonObject>()
            .Any(r => string.Equals(r.Text("uid"), owner, StringComparison.Ordinal) && r["blockOwnerDeletion"]?.AsText() is "true");

    private static WriteOptions Mine => new() { Manager = "kube-controller-manager" };

    private void RemoveFinalizer(string resource, StoredObject owner, string finalizer)
    {
        var type = cluster.Catalog.Stored.First(t => string.Equals(t.StorageKey, resource, StringComparison.Ordinal));
        Quietly(() => cluster.Update(type, owner.Key, n =>
        {
            Finalizers.Remove(n, finalizer);
            return n;
        }, Mine));
    }

    private static JsonObject WithoutOwner(JsonObject node, string owner)
    {
        var meta = node.Meta();
        meta.Array("ownerReferences")?.RemoveAll(r => string.Equals((r as JsonObject)?.Text("uid"), owner, StringComparison.Ordinal));
        if (meta.Array("ownerReferences") is { Count: 0 })
            meta.Remove("ownerReferences");
        return node;
    }

    /// <summary>Others may be faster: what is gone or another object by now needs nothing more.</summary>
    private static void Quietly(Action write)
    {
        try
        {
            write();
        }
        catch (ApiException e) when (e.Code is 404 or 409)
        {
            // Seen again with the next change, if anything is left to do.
        }
    }
}
