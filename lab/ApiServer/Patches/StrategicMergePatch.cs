using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Objects;
using Overlay.Lab.ApiServer.Schemas;

namespace Overlay.Lab.ApiServer.Patches;

/// <summary>
/// Kubernetes' own merge patch: as RFC 7386, but keyed lists merge item by item, and directives ($patch, $deleteFromPrimitiveList,
/// $setElementOrder, $retainKeys) say what plain JSON cannot.
/// </summary>
internal sealed class StrategicMergePatch(Schema schema, JsonObject patch) : Patch
{
    private const string SetOrder = "$setElementOrder/";
    private const string DeleteItems = "$deleteFromPrimitiveList/";

    public override JsonObject Apply(JsonObject current) => Merge(schema, current, patch);

    private static JsonObject Merge(Schema schema, JsonObject target, JsonObject patch)
    {
        if (patch.Text("$patch") is "replace")
            return Plain(patch);
        if (patch.Text("$patch") is "delete")
            return [];
        if (patch.Array("$retainKeys") is { } retained)
        {
            var keep = retained.Select(k => k!.AsText()).ToHashSet(StringComparer.Ordinal);
            foreach (var name in target.Select(p => p.Key).Where(k => !keep.Contains(k)).ToList())
                target.Remove(name);
        }
        foreach (var (name, value) in patch)
        {
            if (name.StartsWith(DeleteItems, StringComparison.Ordinal))
                target.Array(name[DeleteItems.Length..])?.RemoveAll(i => ((JsonArray)value!).Any(d => JsonTrees.Same(d, i)));
            else if (name.StartsWith('$'))
                continue;
            else if (value is null)
                target.Remove(name);
            else
                target[name] = Member(schema.Member(name) ?? Schema.Anything, target[name], value, patch[SetOrder + name] as JsonArray);
        }
        return target;
    }

    private static JsonNode? Member(Schema schema, JsonNode? was, JsonNode value, JsonArray? order)
    {
        switch (value)
        {
            case JsonObject changes:
                return Merge(schema, (was as JsonObject)?.DeepClone() as JsonObject ?? [], changes);
            case JsonArray items when schema.PatchStrategy is "merge" && schema.PatchMergeKey is { } key:
                return Order(MergeKeyed(schema, (was as JsonArray)?.DeepClone() as JsonArray ?? [], items, key), key, order);
            case JsonArray items when schema.PatchStrategy is "merge":
                var union = (was as JsonArray)?.DeepClone() as JsonArray ?? [];
                foreach (var item in items.Where(i => !union.Any(u => JsonTrees.Same(u, i))).ToList())
                    union.Add(item?.DeepClone());
                return union;
            default:
                return value.DeepClone();
        }
    }

    private static JsonArray MergeKeyed(Schema schema, JsonArray target, JsonArray patch, string key)
    {
        if (patch.OfType<JsonObject>().Any(p => p.Count == 1 && p.Text("$patch") is "replace"))
            return [.. patch.OfType<JsonObject>().Where(p => p.Text("$patch") is null).Select(p => p.DeepClone())];
        foreach (var change in patch.OfType<JsonObject>())
        {
            var at = IndexOf(target, key, change[key]);
            if (change.Text("$patch") is "delete")
            {
                if (at >= 0)
                    target.RemoveAt(at);
            }
            else if (at >= 0)
                target[at] = Merge(schema.Items ?? Schema.Anything, (JsonObject)target[at]!.DeepClone(), change);
            else
                target.Add((JsonNode)Merge(schema.Items ?? Schema.Anything, [], change));
        }
        return target;
    }

    /// <summary>Puts the items that the patch orders first, in its order; the rest keep theirs after.</summary>
    private static JsonArray Order(JsonArray items, string key, JsonArray? order)
    {
        if (order is null)
            return items;
        var wanted = order.OfType<JsonObject>().Select(o => o[key]).ToList();
        int Rank(JsonNode? item)
        {
            var index = wanted.FindIndex(w => JsonTrees.Same(w, (item as JsonObject)?[key]));
            return index < 0 ? int.MaxValue : index;
        }
        return [.. items.OrderBy(Rank).Select(i => i?.DeepClone()).ToList()];
    }

    private static int IndexOf(JsonArray items, string key, JsonNode? value)
    {
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i] is JsonObject item && JsonTrees.Same(item[key], value))
                return i;
        }
        return -1;
    }

    private static JsonObject Plain(JsonObject patch)
    {
        var result = (JsonObject)patch.DeepClone();
        foreach (var directive in result.Select(p => p.Key).Where(k => k.StartsWith('$')).ToList())
            result.Remove(directive);
        return result;
    }
}
