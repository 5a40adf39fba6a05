using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Objects;

namespace Overlay.Lab.ApiServer.Ownership;

/// <summary>One entry of metadata.managedFields.</summary>
internal sealed record Manager(string Name, string Operation, string Subresource, string ApiVersion, string? Time, FieldSet Fields)
{
    public const string Apply = "Apply";
    public const string Update = "Update";

    public bool Is(string name, string operation, string subresource) =>
        string.Equals(Name, name, StringComparison.Ordinal) && string.Equals(Operation, operation, StringComparison.Ordinal) && string.Equals(Subresource, subresource, StringComparison.Ordinal);

    public static ImmutableArray<Manager> Read(JsonObject node) =>
    [
        .. (node.Meta().Array("managedFields") ?? []).OfType<JsonObject>().Where(e => e.Text("operation") is not null).Select(e => new Manager(
            e.Text("manager") ?? "", e.Text("operation")!, e.Text("subresource") ?? "", e.Text("apiVersion") ?? "", e.Text("time"), FieldSet.Parse(e.Object("fieldsV1")))),
    ];

    public static void Write(JsonObject node, IEnumerable<Manager> managers)
    {
        var entries = new JsonArray([.. managers.Where(m => !m.Fields.IsEmpty).Select(m => (JsonNode)m.ToJson())]);
        if (entries.Count == 0)
            node.Meta().Remove("managedFields");
        else
            node.Meta()["managedFields"] = entries;
    }

    private JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["manager"] = Name,
            ["operation"] = Operation,
            ["apiVersion"] = ApiVersion,
            ["time"] = Time,
            ["fieldsType"] = "FieldsV1",
            ["fieldsV1"] = Fields.ToJson(),
        };
        if (Subresource.Length > 0)
            json["subresource"] = Subresource;
        return json;
    }
}
