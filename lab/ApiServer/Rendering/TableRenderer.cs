using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Overlay.Lab.ApiServer.Http;
using Overlay.Lab.ApiServer.Objects;
using Overlay.Lab.ApiServer.Requests;
using Overlay.Lab.ApiServer.Resources;
using Overlay.Lab.ApiServer.Storage;

namespace Overlay.Lab.ApiServer.Rendering;

/// <summary>meta.k8s.io Table: the server decides what kubectl prints.</summary>
internal sealed class TableRenderer(ResourceType type, string version, string include, TimeProvider clock) : Renderer(type)
{
    private readonly ImmutableArray<TableColumn> columns = TableColumns.Of(type);
    private bool columnsSent;

    /// <summary>A table of one row. In a watch only the first event names the columns.</summary>
    public override ReadOnlyMemory<byte> One(StoredObject item)
    {
        var meta = new JsonObject { ["resourceVersion"] = item.ResourceVersion.ToString(System.Globalization.CultureInfo.InvariantCulture) };
        var table = Table(meta, [Row(item)], withColumns: !columnsSent);
        columnsSent = true;
        return table.ToBytes();
    }

    public override Task WriteListAsync(HttpContext http, ListPage page) => http.WriteAsync(Table(ListMeta(page), page.Items.Select(Row), withColumns: true));

    protected override JsonObject BookmarkBody(JsonObject meta)
    {
        var carrier = PartialMetadataRenderer.Of(new JsonObject { ["metadata"] = meta.DeepClone() }, version);
        var row = new JsonObject { ["cells"] = new JsonArray([.. columns.Select(_ => (JsonNode?)null)]), ["object"] = carrier };
        return Table(new JsonObject { ["resourceVersion"] = meta["resourceVersion"]?.DeepClone() }, [row], withColumns: !columnsSent);
    }

    private JsonObject Table(JsonObject meta, IEnumerable<JsonObject> rows, bool withColumns) => new()
    {
        ["kind"] = "Table",
        ["apiVersion"] = "meta.k8s.io/" + version,
        ["metadata"] = meta,
        ["columnDefinitions"] = withColumns ? new JsonArray([.. columns.Select(c => (JsonNode)Definition(c.Column))]) : null,
        ["rows"] = new JsonArray([.. rows.Select(r => (JsonNode)r)]),
    };

    private JsonObject Row(StoredObject item)
    {
        var node = item.ToNode();
        var now = clock.GetUtcNow();
        var row = new JsonObject { ["cells"] = new JsonArray([.. columns.Select(c => c.Cell(node, now))]) };
        if (include is "Object")
            row["object"] = node;
        else if (include is not "None")
            row["object"] = PartialMetadataRenderer.Of(node, version);
        return row;
    }

    private static JsonObject Definition(PrinterColumn column) => new()
    {
        ["name"] = column.Name,
        ["type"] = column.Type,
        ["format"] = column.Format,
        ["description"] = column.Description,
        ["priority"] = column.Priority,
    };
}
