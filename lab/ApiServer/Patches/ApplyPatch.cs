using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Http;
using Overlay.Lab.ApiServer.Objects;
using Overlay.Lab.ApiServer.Ownership;
using Overlay.Lab.ApiServer.Resources;
using Overlay.Lab.ApiServer.Schemas;
using Overlay.Lab.ApiServer.Storage;

namespace Overlay.Lab.ApiServer.Patches;

/// <summary>Server-side apply: the body is the applier's whole intent; what it left out since the last time and nobody else owns goes.</summary>
internal sealed class ApplyPatch : Patch
{
    private readonly ResourceType type;
    private readonly JsonObject intent;
    private readonly WriteOptions options;
    private readonly FieldSet applied;

    public ApplyPatch(ResourceType type, ParsedBody body, WriteOptions options)
    {
        this.type = type;
        this.options = options;
        intent = body.Node;
        if (options.Manager.Length == 0)
            throw ApiException.BadRequest("PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch");
        if (intent.Meta().ContainsKey("managedFields"))
            throw ApiException.BadRequest("metadata.managedFields must be nil");
        SchemaPruner.DropNulls(intent);
        var known = (JsonObject)intent.DeepClone();
        if (SchemaPruner.Prune(type.Schema, known) is [var unknown, ..])
            throw ApiException.Internal($"failed to create typed patch object ({intent.Meta().Text("namespace")}/{intent.Meta().Text("name")}; {type.ApiVersion}, Kind={type.Kind}): .{unknown}: field not declared in schema");
        applied = FieldSets.Of(type.Schema, intent);
    }

    public (StoredObject Stored, bool Created) Run(Cluster cluster, StoreKey key)
    {
        var how = options with { Applied = applied };
        if (cluster.Store.Find(type.StorageKey, key) is not null)
            return (cluster.Update(type, key, Apply, how), false);
        if (options.Subresource.Length > 0)
            throw ApiException.NotFound(type, key.Name);
        var node = (JsonObject)intent.DeepClone();
        node.Meta()["name"] ??= key.Name;
        return (cluster.Create(type, key.Namespace, node, how), true);
    }

    public override JsonObject Apply(JsonObject current)
    {
        var managers = Manager.Read(current);
        var merged = (JsonObject)TypedMerge.Merge(type.Schema, current, WithoutServersOwn(intent))!;
        var changed = FieldSets.Changed(type.Schema, current, merged);
        if (!options.Force)
            RefuseConflicts(managers, changed);
        var before = managers.FirstOrDefault(m => m.Is(options.Manager, Manager.Apply, options.Subresource));
        if (before is not null)
        {
            var others = managers.Where(m => m != before).Aggregate(new FieldSet(), (all, m) => all.Union(m.Fields));
            TypedMerge.Remove(type.Schema, merged, before.Fields.Except(applied).Except(others));
        }
        return merged;
    }

    private JsonObject WithoutServersOwn(JsonObject node)
    {
        var copy = (JsonObject)node.DeepClone();
        foreach (var name in (string[])["creationTimestamp", "managedFields", "generation", "selfLink"])
            copy.Meta().Remove(name);
        if (type.HasStatus && options.Subresource is not "status")
            copy.Remove("status");
        return copy;
    }

    private void RefuseConflicts(IEnumerable<Manager> managers, FieldSet changed)
    {
        var conflicts = managers.Where(m => !m.Is(options.Manager, Manager.Apply, options.Subresource))
            .SelectMany(m => m.Fields.Intersect(changed).Paths().Select(p => (Manager: m, Path: p))).ToList();
        if (conflicts.Count == 0)
            return;
        string By(Manager m) => m.Operation is Manager.Update ? $"conflict with \"{m.Name}\" using {m.ApiVersion}" : $"conflict with \"{m.Name}\"";
        var text = conflicts.Count == 1
            ? $"Apply failed with 1 conflict: {By(conflicts[0].Manager)}: {conflicts[0].Path}"
            : $"Apply failed with {conflicts.Count} conflicts: {string.Join("; ", conflicts.GroupBy(c => By(c.Manager), StringComparer.Ordinal).Select(g => $"conflicts{g.Key["conflict".Length..]}:\n- {string.Join("\n- ", g.Select(c => c.Path))}"))}";
        throw ApiException.ApplyConflict(text, conflicts.Select(c => (By(c.Manager), c.Path)));
    }
}
