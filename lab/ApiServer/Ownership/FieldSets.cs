using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Objects;
using Overlay.Lab.ApiServer.Schemas;

namespace Overlay.Lab.ApiServer.Ownership;

/// <summary>Which fields an object has, and in which two versions of it differ.</summary>
internal static class FieldSets
{
    private static readonly HashSet<string> NeverOwned = new(
        ["name", "namespace", "generateName", "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "managedFields"],
        StringComparer.Ordinal);

    /// <summary>All fields of an object but those that are the server's own.</summary>
    public static FieldSet Of(Schema schema, JsonObject node) => All(schema, Ownable(node));

    /// <summary>The fields of <paramref name="next"/> that are new or other than in <paramref name="current"/>.</summary>
    public static FieldSet Changed(Schema schema, JsonObject? current, JsonObject next) =>
        Differ(schema, current is null ? null : Ownable(current), Ownable(next)) ?? new FieldSet();

    /// <summary>The steps by which the items of a list are told apart; null when the list is one field.</summary>
    public static Func<JsonNode?, string>? StepOf(Schema list) => list.ListType switch
    {
        "map" => item => "k:" + (ListKeys.Of(list, item)?.ToJsonString(JsonTrees.Compact) ?? "{}"),
        "set" => item => "v:" + (item?.ToJsonString(JsonTrees.Compact) ?? "null"),
        _ => null,
    };

    public static bool IsGranular(Schema schema) => schema.MapType is not "atomic";

    private static JsonObject Ownable(JsonObject node)
    {
        var copy = (JsonObject)node.DeepClone();
        copy.Remove("apiVersion");
        copy.Remove("kind");
        foreach (var name in NeverOwned)
            copy.Meta().Remove(name);
        if (copy.Meta().Count == 0)
            copy.Remove("metadata");
        return copy;
    }

    private static FieldSet All(Schema schema, JsonNode? node)
    {
        var set = new FieldSet();
        switch (node)
        {
            case JsonObject { Count: > 0 } map when IsGranular(schema):
                foreach (var (name, value) in map)
                    set.Set("f:" + name, All(schema.Member(name) ?? Schema.Anything, value));
                return set;
            case JsonArray { Count: > 0 } list when StepOf(schema) is { } step:
                foreach (var item in list)
                    set.Set(step(item), schema.ListType is "map" ? All(schema.Items ?? Schema.Anything, item).WithSelf() : FieldSet.Leaf());
                return set;
            default:
                return FieldSet.Leaf();
        }
    }

    private static FieldSet? Differ(Schema schema, JsonNode? was, JsonNode? now)
    {
        if (JsonTrees.Same(was, now))
            return null;
        switch (was, now)
        {
            case (null, _):
                return All(schema, now);
            case (JsonObject before, JsonObject { Count: > 0 } after) when IsGranular(schema):
                var set = new FieldSet();
                foreach (var (name, value) in after)
                {
                    if (Differ(schema.Member(name) ?? Schema.Anything, before[name], value) is { } inner)
                        set.Set("f:" + name, inner);
                }
                return set;
            case (JsonArray before, JsonArray { Count: > 0 } after) when StepOf(schema) is { } step:
                var items = new FieldSet();
                var known = before.GroupBy(step, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
                foreach (var item in after)
                {
                    var existed = known.TryGetValue(step(item), out var old);
                    if (!existed)
                        items.Set(step(item), All(schema.Items ?? Schema.Anything, item).WithSelf());
                    else if (Differ(schema.Items ?? Schema.Anything, old, item) is { } inner)
                        items.Set(step(item), inner);
                }
                return items;
            default:
                return FieldSet.Leaf();
        }
    }
}
