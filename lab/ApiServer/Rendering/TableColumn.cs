using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Objects;
using Overlay.Lab.ApiServer.Resources;

namespace Overlay.Lab.ApiServer.Rendering;

/// <summary>A column and how its cell is made from an object.</summary>
internal sealed record TableColumn(PrinterColumn Column, Func<JsonObject, DateTimeOffset, JsonNode?> Cell)
{
    public static TableColumn Name { get; } =
        new(new PrinterColumn("Name", "string", ".metadata.name", 0, "Name must be unique within a namespace.", "name"), (node, _) => node.Meta().Text("name"));

    public static TableColumn Age { get; } = Path("Age", ".metadata.creationTimestamp", "date");

    public static TableColumn Path(string name, string path, string type = "string", int priority = 0) => From(new PrinterColumn(name, type, path, priority));

    public static TableColumn Of(string name, Func<JsonObject, string> show, int priority = 0) =>
        new(new PrinterColumn(name, "string", "", priority), (node, _) => show(node) is { Length: > 0 } text ? text : "<none>");

    public static TableColumn From(PrinterColumn column)
    {
        var path = JsonPath.Parse(column.JsonPath);
        return new TableColumn(column, (node, now) => Show(column.Type, path.First(node), now));
    }

    private static JsonNode? Show(string type, JsonNode? value, DateTimeOffset now) => (type, value) switch
    {
        ("date", null) => "<unknown>",
        (_, null) => null,
        ("date", _) => DateTimeOffset.TryParse(value.AsText(), CultureInfo.InvariantCulture, out var at) ? Durations.Human(now - at) : "<invalid>",
        ("integer", _) => value.GetValueKind() == JsonValueKind.Number ? (long)decimal.Parse(value.AsText(), NumberStyles.Float, CultureInfo.InvariantCulture) : null,
        ("number" or "boolean", _) => value.DeepClone(),
        _ => value.AsText(),
    };
}
