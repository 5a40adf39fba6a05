using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Resources;

namespace Overlay.Lab.ApiServer.Objects;

/// <summary>What an update may touch: the server keeps its own metadata, a subresource keeps to its part.</summary>
internal static class ChangedObject
{
    private static readonly string[] OwnedByServer = ["uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "selfLink", "name", "namespace", "resourceVersion"];

    /// <summary>Makes <paramref name="next"/> a lawful successor of <paramref name="current"/>.</summary>
    public static JsonObject Prepare(ResourceType type, JsonObject current, JsonObject next, string subresource)
    {
        if (string.Equals(subresource, "status", StringComparison.Ordinal))
            next = OnlyStatus(type, current, next);
        else if (type.HasStatus)
            next.Mirror(current, "status");

        // Only the finalize subresource takes a namespace's own finalizers off.
        if (NamespaceRules.IsNamespace(type) && subresource is not "finalize")
            next.Mirror(current, "spec");

        var (was, meta) = (current.Meta(), next.Meta());
        foreach (var property in OwnedByServer)
            meta.Mirror(was, property);
        if (meta["deletionTimestamp"] is not null)
            DropNewFinalizers(was, meta);
        if ((type.HasGeneration || type.IsCustom) && subresource.Length == 0 && SpecChanged(type, current, next))
            meta["generation"] = (was.Number("generation") ?? 0) + 1;
        return next;
    }

    private static JsonObject OnlyStatus(ResourceType type, JsonObject current, JsonObject next)
    {
        var result = (JsonObject)current.DeepClone();
        result.Mirror(next, "status");
        var meta = result.Meta();
        meta.Mirror(next.Meta(), "managedFields");

        // Built-in kinds take labels and annotations with a status update too (nodes rely on it); custom resources ignore them.
        if (!type.IsCustom)
        {
            meta.Mirror(next.Meta(), "labels");
            meta.Mirror(next.Meta(), "annotations");
        }
        return result;
    }

    /// <summary>A deleted object may lose finalizers, never gain one.</summary>
    private static void DropNewFinalizers(JsonObject was, JsonObject meta)
    {
        var before = was.Array("finalizers")?.Select(f => f!.AsText()).ToHashSet(StringComparer.Ordinal) ?? [];
        meta.Array("finalizers")?.RemoveAll(f => !before.Contains(f!.AsText()));
        if (meta.Array("finalizers") is { Count: 0 })
            meta.Remove("finalizers");
    }

    private static bool SpecChanged(ResourceType type, JsonObject current, JsonObject next)
    {
        foreach (var property in current.Select(p => p.Key).Union(next.Select(p => p.Key), StringComparer.Ordinal))
        {
            if (property is "metadata" || (property is "status" && type.HasStatus))
                continue;
            if (!JsonTrees.Same(current[property], next[property]))
                return true;
        }
        return false;
    }
}
