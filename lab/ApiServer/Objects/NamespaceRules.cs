using Overlay.Lab.ApiServer.Http;
using Overlay.Lab.ApiServer.Resources;
using Overlay.Lab.ApiServer.Storage;

namespace Overlay.Lab.ApiServer.Objects;

/// <summary>Objects live only in namespaces that exist and stay.</summary>
internal static class NamespaceRules
{
    public const string StorageKey = "/namespaces";

    public static bool IsNamespace(ResourceType type) => type is { Group: "", Plural: "namespaces" };

    public static void CheckCreate(Cluster cluster, ResourceType type, string ns, string name)
    {
        if (!type.Namespaced)
            return;
        var found = cluster.Store.Find(StorageKey, new StoreKey("", ns))
            ?? throw ApiException.NotFound(cluster.Catalog.Find("", "v1", "namespaces")!, ns);
        if (found.IsDeleting)
        {
            throw ApiException.Forbidden(type, name, $"unable to create new content in namespace {ns} because it is being terminated",
                ("NamespaceTerminating", $"namespace {ns} is being terminated", "metadata.namespace"));
        }
    }

    /// <summary>The namespaces that the control plane itself lives in cannot be deleted.</summary>
    public static void CheckDelete(ResourceType type, string name)
    {
        if (IsNamespace(type) && name is ("default" or "kube-system" or "kube-public"))
            throw ApiException.Forbidden(type, name, "this namespace may not be deleted");
    }
}
