using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Controllers;
using Overlay.Lab.ApiServer.Objects;
using Overlay.Lab.ApiServer.Resources;
using Overlay.Lab.ApiServer.Storage;

namespace Overlay.Lab.ApiServer;

/// <summary>What a cluster begins with: what was saved, the system namespaces, and the objects of a folder.</summary>
internal static class ClusterStart
{
    private static readonly string[] SystemNamespaces = ["default", "kube-node-lease", "kube-public", "kube-system"];

    public static (Cluster Cluster, Journal? Journal) Open(EmbeddedApiServerOptions options)
    {
        var content = options.SnapshotFile is { } file ? Journal.Read(file) : null;
        var journal = content is null ? null : Journal.Open(options.SnapshotFile!, content);
        var store = new VersionedStore(options.HistoryWindow, journal);
        var cluster = new Cluster(store, options.Clock);
        if (content is not null)
            Restore(cluster, content);
        CustomResources.Follow(cluster);
        foreach (var name in SystemNamespaces)
        {
            var namespaces = cluster.Catalog.Find("", "v1", "namespaces")!;
            if (store.Find(namespaces.StorageKey, new StoreKey("", name)) is null)
                cluster.Create(namespaces, "", new JsonObject { ["metadata"] = new JsonObject { ["name"] = name } }, new WriteOptions { Manager = "kube-apiserver" });
        }
        return (cluster, journal);
    }

    /// <summary>Creates or replaces every object in the folder's YAML files; custom resource definitions come first.</summary>
    public static async Task ApplyFolderAsync(Cluster cluster, string? folder, CancellationToken cancel)
    {
        if (folder is null)
            return;
        var objects = new List<JsonObject>();
        foreach (var path in Directory.EnumerateFiles(folder, "*.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            objects.AddRange(YamlTrees.ParseAll(await File.ReadAllTextAsync(path, cancel)).OfType<JsonObject>());
        foreach (var item in objects.OrderBy(o => o.Text("kind") is "CustomResourceDefinition" ? 0 : 1))
            Apply(cluster, item);
    }

    private static void Apply(Cluster cluster, JsonObject item)
    {
        var (apiVersion, kind) = (item.Text("apiVersion") ?? "", item.Text("kind") ?? "");
        var type = cluster.Catalog.ByKind(apiVersion, kind) ?? throw new InvalidOperationException($"no resource serves {apiVersion} {kind}");
        var key = new StoreKey(type.Namespaced ? item.Meta().Text("namespace") ?? "default" : "", item.Meta().Text("name") ?? "");
        var options = new WriteOptions { Manager = "overlay-lab" };
        if (cluster.Store.Find(type.StorageKey, key) is null)
            cluster.Create(type, key.Namespace, item, options);
        else
            cluster.Update(type, key, _ => (JsonObject)item.DeepClone(), options);
    }

    private static void Restore(Cluster cluster, Journal.Content content)
    {
        // Definitions first: they tell the selectable fields of the rest.
        var definitions = BuiltInResources.CustomResourceDefinitions.StorageKey;
        foreach (var (resource, objects) in content.Resources.OrderBy(r => string.Equals(r.Key, definitions, StringComparison.Ordinal) ? 0 : 1))
        {
            var fields = cluster.Catalog.Stored.FirstOrDefault(t => string.Equals(t.StorageKey, resource, StringComparison.Ordinal))?.Fields ?? [];
            var stored = objects.Values.Select(o => StoredObject.Freeze(o, long.Parse(o.Meta().Text("resourceVersion")!, System.Globalization.CultureInfo.InvariantCulture), fields));
            cluster.Store.Load(resource, stored, content.Revision);
            if (string.Equals(resource, definitions, StringComparison.Ordinal))
                CustomResources.Refresh(cluster);
        }
    }
}
