using System.Text.Json.Nodes;

namespace Overlay.Lab.ApiServer.Objects;

/// <summary>The finalizers of an object's metadata.</summary>
internal static class Finalizers
{
    public const string Orphan = "orphan";
    public const string Foreground = "foregroundDeletion";

    public static bool Any(JsonObject node) =>
        node.Meta().Array("finalizers") is { Count: > 0 } || node.Object("spec")?.Array("finalizers") is { Count: > 0 };

    public static bool Has(JsonObject node, string name) =>
        node.Meta().Array("finalizers")?.Any(f => string.Equals(f?.AsText(), name, StringComparison.Ordinal)) == true;

    public static void Add(JsonObject node, string name)
    {
        if (Has(node, name))
            return;
        if (node.Meta().Array("finalizers") is not { } list)
            node.Meta()["finalizers"] = list = [];
        list.Add((JsonNode)name);
    }

    public static void Remove(JsonObject node, string name)
    {
        if (node.Meta().Array("finalizers") is not { } list)
            return;
        list.RemoveAll(f => string.Equals(f?.AsText(), name, StringComparison.Ordinal));
        if (list.Count == 0)
            node.Meta().Remove("finalizers");
    }
}
