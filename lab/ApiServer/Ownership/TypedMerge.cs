using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Schemas;

namespace Overlay.Lab.ApiServer.Ownership;

/// <summary>The merge of server-side apply: by the schema, keyed lists item by item, sets as unions, atomic values as a whole.</summary>
internal static class TypedMerge
{
    public static JsonNode? Merge(Schema schema, JsonNode? live, JsonNode? intent)
    {
        switch (live, intent)
        {
            case (JsonObject was, JsonObject wanted) when FieldSets.IsGranular(schema):
                var map = (JsonObject)was.DeepClone();
                foreach (var (name, value) in wanted)
                    map[name] = Merge(schema.Member(name) ?? Schema.Anything, map[name], value);
                return map;
            case (JsonArray was, JsonArray wanted) when FieldSets.StepOf(schema) is { } step:
                return Lists(schema, was, wanted, step);
            default:
                return intent?.DeepClone();
        }
    }

    /// <summary>Removes the fields of a set from a tree.</summary>
    public static void Remove(Schema schema, JsonNode? node, FieldSet fields)
    {
        if (node is JsonObject map)
        {
            foreach (var (step, below) in fields.Children.Where(c => c.Key.StartsWith("f:", StringComparison.Ordinal)))
            {
                var name = step[2..];
                if (below.Self)
                    map.Remove(name);
                else
                {
                    Remove(schema.Member(name) ?? Schema.Anything, map[name], below);
                    if (map[name] is JsonObject { Count: 0 } or JsonArray { Count: 0 })
                        map.Remove(name);
                }
            }
        }
        else if (node is JsonArray list && FieldSets.StepOf(schema) is { } stepOf)
        {
            for (var i = list.Count - 1; i >= 0; i--)
            {
                if (fields.Child(stepOf(list[i])) is not { } below)
                    continue;
                if (below.Self)
                    list.RemoveAt(i);
                else
                    Remove(schema.Items ?? Schema.Anything, list[i], below);
            }
        }
    }

    private static JsonArray Lists(Schema schema, JsonArray was, JsonArray wanted, Func<JsonNode?, string> step)
    {
        var intents = wanted.GroupBy(step, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Last(), StringComparer.Ordinal);
        var result = new JsonArray();
        foreach (var item in was)
            result.Add(intents.Remove(step(item), out var intent) ? Merge(schema.Items ?? Schema.Anything, item, intent) : item?.DeepClone());
        foreach (var added in wanted.Where(w => intents.Remove(step(w))))
            result.Add(added?.DeepClone());
        return result;
    }
}
