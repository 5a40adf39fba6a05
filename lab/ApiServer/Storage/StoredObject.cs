using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Objects;

namespace Overlay.Lab.ApiServer.Storage;

/// <summary>
/// One version of one object: its JSON as immutable bytes, shared by every reader and watcher, and beside it the few values that
/// selectors and the garbage collector ask for, so that lists and watches never parse.
/// </summary>
internal sealed class StoredObject
{
    private static readonly Dictionary<string, string> NoLabels = new(StringComparer.Ordinal);

    public required StoreKey Key { get; init; }
    public required long ResourceVersion { get; init; }
    public required byte[] Json { get; init; }
    public string Uid { get; init; } = "";
    public IReadOnlyDictionary<string, string> Labels { get; init; } = NoLabels;

    /// <summary>The values of the kind's selectable fields, in their order.</summary>
    public ImmutableArray<string> Fields { get; init; } = [];
    public ImmutableArray<string> OwnerUids { get; init; } = [];
    public bool IsDeleting { get; init; }

    /// <summary>A fresh tree that the caller may change.</summary>
    public JsonObject ToNode() => Json.ParseObject();

    /// <summary>Stamps <paramref name="node"/> with the version and freezes it.</summary>
    public static StoredObject Freeze(JsonObject node, long resourceVersion, IReadOnlyList<SelectableField> fields)
    {
        var meta = node.Meta();
        meta["resourceVersion"] = resourceVersion.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return new StoredObject
        {
            Key = new StoreKey(meta.Text("namespace") ?? "", meta.Text("name") ?? ""),
            ResourceVersion = resourceVersion,
            Json = node.ToBytes(),
            Uid = meta.Text("uid") ?? "",
            Labels = LabelsOf(meta),
            Fields = fields.Count == 0 ? [] : [.. fields.Select(f => f.ValueIn(node))],
            OwnerUids = [.. OwnersOf(meta)],
            IsDeleting = meta["deletionTimestamp"] is not null,
        };
    }

    private static Dictionary<string, string> LabelsOf(JsonObject meta) =>
        meta["labels"] is JsonObject { Count: > 0 } labels
            ? labels.ToDictionary(l => l.Key, l => l.Value?.AsText() ?? "", StringComparer.Ordinal)
            : NoLabels;

    private static IEnumerable<string> OwnersOf(JsonObject meta) =>
        meta["ownerReferences"] is JsonArray owners ? owners.OfType<JsonObject>().Select(o => o.Text("uid")).OfType<string>() : [];
}
