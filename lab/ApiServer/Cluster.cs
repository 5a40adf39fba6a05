using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Http;
using Overlay.Lab.ApiServer.Objects;
using Overlay.Lab.ApiServer.Ownership;
using Overlay.Lab.ApiServer.Policies;
using Overlay.Lab.ApiServer.Resources;
using Overlay.Lab.ApiServer.Storage;

namespace Overlay.Lab.ApiServer;

/// <summary>The API server without its HTTP: objects, the rules of their lives, and what is served at the moment.</summary>
internal sealed class Cluster(VersionedStore store, TimeProvider clock)
{
    private volatile ResourceCatalog catalog = new(BuiltInResources.All);

    public VersionedStore Store { get; } = store;

    public TimeProvider Clock { get; } = clock;

    public ResourceCatalog Catalog
    {
        get => catalog;
        set => catalog = value;
    }

    public StoredObject Get(ResourceType type, StoreKey key) => Store.Find(type.StorageKey, key) ?? throw ApiException.NotFound(type, key.Name);

    public StoredObject Create(ResourceType type, string ns, JsonObject node, WriteOptions options)
    {
        var generated = string.IsNullOrEmpty(node.Meta().Text("name")) && node.Meta().Text("generateName") is { Length: > 0 };
        for (var attempt = 0; ; attempt++)
        {
            var next = generated ? (JsonObject)node.DeepClone() : node;
            NewObject.Prepare(type, ns, next, Clock.GetUtcNow());
            var name = next.Meta().Text("name") ?? "";
            next = Admission.Admit(type, null, next, options);
            PolicyAdmission.Admit(this, type, null, next, options);
            NamespaceRules.CheckCreate(this, type, ns, name);
            OwnedFields.Track(type, null, next, options, Clock.GetUtcNow());
            var key = new StoreKey(ns, name);
            var written = options.DryRun
                ? Store.Find(type.StorageKey, key) is null ? StoredObject.Freeze(next, Store.Revision, []) : null
                : Store.TryPut(type.StorageKey, key, 0, next, type.Fields);
            if (written is not null)
                return written;
            if (!generated || attempt >= 8)
                throw ApiException.AlreadyExists(type, name);
        }
    }

    /// <summary>
    /// Reads, changes and writes one object, again when somebody else was faster (unless <paramref name="change"/> itself insists on a version).
    /// </summary>
    /// <param name="change">From a copy of the object to what it shall be.</param>
    public StoredObject Update(ResourceType type, StoreKey key, Func<JsonObject, JsonObject> change, WriteOptions options)
    {
        while (true)
        {
            var stored = Get(type, key);
            var current = stored.ToNode();
            current["apiVersion"] = type.ApiVersion;
            var next = change((JsonObject)current.DeepClone());
            CheckPreconditions(type, key, current, next);
            next = ChangedObject.Prepare(type, current, next, options.Subresource);
            next = Admission.Admit(type, current, next, options);
            PolicyAdmission.Admit(this, type, current, next, options);
            OwnedFields.Track(type, current, next, options, Clock.GetUtcNow());
            if (OwnedFields.SameButForTimes(current, next))
                return stored;
            if (options.DryRun)
                return StoredObject.Freeze(next, stored.ResourceVersion, []);
            if (Write(type, key, stored, next) is { } written)
                return written;
        }
    }

    /// <summary>Deletes one object, or marks it deleted while finalizers or a grace period hold it.</summary>
    public Deletion Delete(ResourceType type, StoreKey key, DeleteRequest request)
    {
        while (true)
        {
            var stored = Get(type, key);
            if (request.Uid is { } uid && !string.Equals(uid, stored.Uid, StringComparison.Ordinal))
                throw ApiException.Conflict(type, key.Name, $"the UID in the precondition ({uid}) does not match the UID in record ({stored.Uid}). The object might have been deleted and then recreated");
            if (request.ResourceVersion is { } version && !string.Equals(version, stored.ResourceVersion.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal))
                throw ApiException.Conflict(type, key.Name, $"the ResourceVersion in the precondition ({version}) does not match the ResourceVersion in record ({stored.ResourceVersion}). The object might have been modified");
            NamespaceRules.CheckDelete(type, key.Name);
            var next = stored.ToNode();
            if (!DeletionRules.Mark(type, next, request, Clock.GetUtcNow()))
            {
                if (request.DryRun)
                    return new Deletion(stored, true);
                if (Store.TryRemove(type.StorageKey, key, stored.ResourceVersion, type.Fields) is { } gone)
                    return new Deletion(gone, true);
                continue;
            }
            if (request.DryRun || JsonTrees.Same(next, stored.ToNode()))
                return new Deletion(stored, false);
            if (Store.TryPut(type.StorageKey, key, stored.ResourceVersion, next, type.Fields) is { } marked)
                return new Deletion(marked, false);
        }
    }

    private StoredObject? Write(ResourceType type, StoreKey key, StoredObject stored, JsonObject next)
    {
        // The last finalizer of a deleted object went: so does the object.
        var graceIsOver = next.Meta().Number("deletionGracePeriodSeconds") is null or 0;
        return stored.IsDeleting && graceIsOver && !Finalizers.Any(next)
            ? Store.TryRemove(type.StorageKey, key, stored.ResourceVersion, type.Fields)
            : Store.TryPut(type.StorageKey, key, stored.ResourceVersion, next, type.Fields);
    }

    private static void CheckPreconditions(ResourceType type, StoreKey key, JsonObject current, JsonObject next)
    {
        var meta = next.Meta();
        var name = meta.Text("name");
        if (name is null || !string.Equals(name, key.Name, StringComparison.Ordinal))
            throw ApiException.BadRequest($"the name of the object ({name}) does not match the name on the URL ({key.Name})");
        if (meta.Text("namespace") is { Length: > 0 } ns && !string.Equals(ns, key.Namespace, StringComparison.Ordinal))
            throw ApiException.BadRequest($"the namespace of the object ({ns}) does not match the namespace on the request ({key.Namespace})");
        if (meta.Text("resourceVersion") is { Length: > 0 } version && !string.Equals(version, current.Meta().Text("resourceVersion"), StringComparison.Ordinal))
            throw ApiException.Conflict(type, key.Name);
        if (meta.Text("uid") is { Length: > 0 } uid && !string.Equals(uid, current.Meta().Text("uid"), StringComparison.Ordinal))
            throw ApiException.Conflict(type, key.Name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {current.Meta().Text("uid")}");
    }
}

/// <summary>What became of a delete: gone at once, or marked and waiting.</summary>
internal sealed record Deletion(StoredObject Object, bool Gone);
