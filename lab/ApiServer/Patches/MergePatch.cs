using System.Text.Json.Nodes;

namespace Overlay.Lab.ApiServer.Patches;

/// <summary>RFC 7386: objects merge, null removes, anything else replaces.</summary>
internal sealed class MergePatch(JsonObject patch) : Patch
{
    public override JsonObject Apply(JsonObject current) => (JsonObject)Merge(current, patch)!;

    private static JsonNode? Merge(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
            return patch?.DeepClone();
        var result = target as JsonObject ?? [];
        foreach (var (name, value) in changes)
        {
            if (value is null)
            {
                result.Remove(name);
                continue;
            }
            var was = result[name];
            var merged = Merge(was, value);
            if (!ReferenceEquals(was, merged))
                result[name] = merged;
        }
        return result;
    }
}
