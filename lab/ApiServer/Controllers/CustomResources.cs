using Overlay.Lab.ApiServer.Resources;

namespace Overlay.Lab.ApiServer.Controllers;

/// <summary>Keeps what is served equal to the stored CustomResourceDefinitions.</summary>
internal static class CustomResources
{
    /// <summary>Serves a definition from the moment its creation is answered, as nobody likes to wait for Established in a test.</summary>
    public static void Follow(Cluster cluster)
    {
        var definitions = BuiltInResources.CustomResourceDefinitions.StorageKey;
        Refresh(cluster);
        cluster.Store.OnChange((resource, _) =>
        {
            if (string.Equals(resource, definitions, StringComparison.Ordinal))
                Refresh(cluster);
        });
    }

    public static void Refresh(Cluster cluster)
    {
        var before = cluster.Catalog;
        var custom = cluster.Store.Current(BuiltInResources.CustomResourceDefinitions.StorageKey).Objects
            .SelectMany(o => CustomResourceReader.Read(o.ToNode()));
        var after = new ResourceCatalog(BuiltInResources.All.Concat(custom));
        cluster.Catalog = after;
        foreach (var type in after.Stored)
        {
            var was = before.Stored.FirstOrDefault(t => string.Equals(t.StorageKey, type.StorageKey, StringComparison.Ordinal));
            if (was is not null && !was.Fields.SequenceEqual(type.Fields))
                cluster.Store.Reindex(type.StorageKey, type.Fields);
        }
        foreach (var gone in before.Stored.Where(t => after.Stored.All(a => !string.Equals(a.StorageKey, t.StorageKey, StringComparison.Ordinal))))
            cluster.Store.CloseWatches(gone.StorageKey);
    }
}
