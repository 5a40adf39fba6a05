using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Resources;

namespace Overlay.Lab.ApiServer.Objects;

/// <summary>Whether a deleted object goes at once or stays, marked, until somebody lets it go.</summary>
internal static class DeletionRules
{
    // The default of spec.terminationGracePeriodSeconds.
    private const long DefaultGrace = 30;

    /// <summary>Marks <paramref name="node"/> as deleted; false when nothing holds it and it may be removed.</summary>
    public static bool Mark(ResourceType type, JsonObject node, DeleteRequest request, DateTimeOffset now)
    {
        if (request.Propagation == Propagation.Foreground)
            Finalizers.Add(node, Finalizers.Foreground);
        else if (request.Propagation == Propagation.Orphan)
            Finalizers.Add(node, Finalizers.Orphan);

        var grace = GraceOf(type, node, request);
        if (grace == 0 && !Finalizers.Any(node))
            return false;

        var meta = node.Meta();
        var remaining = meta.Number("deletionGracePeriodSeconds");
        if (meta["deletionTimestamp"] is not null && (remaining is null || remaining <= grace))
            return true;
        meta["deletionTimestamp"] = NewObject.Timestamp(now.AddSeconds(grace));
        meta["deletionGracePeriodSeconds"] = grace;
        if (type.HasGeneration && meta.Number("generation") is { } generation)
            meta["generation"] = generation + 1;
        if (type is { Group: "", Plural: "namespaces" })
            node.ObjectOrNew("status")["phase"] = "Terminating";
        return true;
    }

    /// <summary>Only a pod that a kubelet holds gets time: the kubelet deletes it with grace 0 when it has stopped.</summary>
    private static long GraceOf(ResourceType type, JsonObject node, DeleteRequest request)
    {
        if (type is not { Group: "", Plural: "pods" })
            return 0;
        var scheduled = node.Find("spec.nodeName")?.AsText() is { Length: > 0 };
        var finished = node.Find("status.phase")?.AsText() is "Succeeded" or "Failed";
        if (!scheduled || finished)
            return 0;
        return request.GracePeriodSeconds ?? node.Object("spec")?.Number("terminationGracePeriodSeconds") ?? DefaultGrace;
    }
}
