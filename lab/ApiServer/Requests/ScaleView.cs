using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Objects;

namespace Overlay.Lab.ApiServer.Requests;

/// <summary>The scale subresource: spec.replicas and what belongs to it, as autoscaling/v1 Scale.</summary>
internal static class ScaleView
{
    public static JsonObject Of(JsonObject node)
    {
        var meta = node.Meta();
        var shown = new JsonObject();
        foreach (var property in (string[])["name", "namespace", "uid", "resourceVersion", "creationTimestamp"])
            shown.Mirror(meta, property);
        return new JsonObject
        {
            ["kind"] = "Scale",
            ["apiVersion"] = "autoscaling/v1",
            ["metadata"] = shown,
            ["spec"] = new JsonObject { ["replicas"] = node.Object("spec")?.Number("replicas") ?? 1 },
            ["status"] = new JsonObject { ["replicas"] = node.Object("status")?.Number("replicas") ?? 0 },
        };
    }

    public static JsonObject Change(JsonObject node, Func<JsonObject, JsonObject> change)
    {
        var scale = change(Of(node));
        node.ObjectOrNew("spec")["replicas"] = scale.Object("spec")?.Number("replicas") ?? 0;
        node.Meta().Mirror(scale.Meta(), "resourceVersion");
        return node;
    }
}
