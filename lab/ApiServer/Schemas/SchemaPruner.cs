using System.Text.Json.Nodes;

namespace Overlay.Lab.ApiServer.Schemas;

/// <summary>Drops what a schema does not know and fills in what it has defaults for.</summary>
internal static class SchemaPruner
{
    /// <summary>Removes unknown fields from <paramref name="node"/> and answers their paths.</summary>
    public static IReadOnlyList<string> Prune(Schema schema, JsonObject node)
    {
        var unknown = new List<string>();
        Walk(schema, node, "", unknown);
        return unknown;
    }

    /// <summary>Sets absent fields that have defaults; a null where null is not allowed counts as absent.</summary>
    public static void Default(Schema schema, JsonNode? node)
    {
        if (node is JsonObject map)
        {
            foreach (var (name, member) in schema.Properties)
            {
                if (member.Default is not null && map[name] is null && (!map.ContainsKey(name) || !member.Nullable))
                    map[name] = member.Default.DeepClone();
            }
            foreach (var (name, value) in map.ToList())
            {
                if (schema.Member(name) is { } member)
                    Default(member, value);
            }
        }
        else if (node is JsonArray list && schema.Items is { } items)
        {
            foreach (var item in list)
                Default(items, item);
        }
    }

    /// <summary>Removes nulls: in built-in kinds null means absent.</summary>
    public static void DropNulls(JsonNode? node)
    {
        if (node is JsonObject map)
        {
            foreach (var (name, value) in map.ToList())
            {
                if (value is null)
                    map.Remove(name);
                else
                    DropNulls(value);
            }
        }
        else if (node is JsonArray list)
        {
            foreach (var item in list)
                DropNulls(item);
        }
    }

    private static void Walk(Schema schema, JsonNode? node, string path, List<string> unknown)
    {
        if (node is JsonArray list && schema.Items is { } items)
        {
            for (var i = 0; i < list.Count; i++)
                Walk(items, list[i], $"{path}[{i}]", unknown);
        }
        if (node is not JsonObject map || (schema.Type is not "object" && schema.Properties.IsEmpty && schema.AdditionalProperties is null))
            return;
        foreach (var (name, value) in map.ToList())
        {
            var at = path.Length == 0 ? name : $"{path}.{name}";
            if (schema.Member(name) is { } member)
                Walk(member, value, at, unknown);
            else if (schema.EmbeddedResource && name is "apiVersion" or "kind" or "metadata")
                continue;
            else if (schema.IsClosed)
            {
                unknown.Add(at);
                map.Remove(name);
            }
        }
    }
}
