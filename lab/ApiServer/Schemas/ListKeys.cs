using System.Text.Json.Nodes;

namespace Overlay.Lab.ApiServer.Schemas;

/// <summary>What tells the items of a keyed list apart.</summary>
internal static class ListKeys
{
    /// <summary>The key fields of an item, defaults filled in; null when the item is no object.</summary>
    public static JsonObject? Of(Schema list, JsonNode? item)
    {
        if (item is not JsonObject map)
            return null;
        var key = new JsonObject();
        foreach (var name in list.ListMapKeys.Order(StringComparer.Ordinal))
        {
            var value = map[name] ?? list.Items?.Properties.GetValueOrDefault(name)?.Default;
            if (value is not null)
                key[name] = value.DeepClone();
            else if (name is "protocol")
                key[name] = "TCP";
        }
        return key;
    }

    /// <summary>The index of the item with these keys, or -1.</summary>
    public static int Find(Schema list, JsonArray items, JsonNode? wanted)
    {
        for (var i = 0; i < items.Count; i++)
        {
            if (JsonNode.DeepEquals(Of(list, items[i]), wanted))
                return i;
        }
        return -1;
    }
}
