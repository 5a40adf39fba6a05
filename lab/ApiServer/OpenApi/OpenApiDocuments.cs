using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Http;
using Overlay.Lab.ApiServer.Resources;

namespace Overlay.Lab.ApiServer.OpenApi;

/// <summary>The OpenAPI documents of what is served: definitions for explain and validation, and of the paths as much as kubectl reads.</summary>
internal static class OpenApiDocuments
{
    private static readonly string[] PatchParameters = ["dryRun", "fieldManager", "fieldValidation", "force"];

    public static JsonObject V2(ResourceCatalog catalog)
    {
        var writer = new SchemaWriter("#/definitions/");
        var paths = new JsonObject();
        foreach (var type in catalog.All)
            Add(type, writer, paths, isV2: true);
        return new JsonObject { ["swagger"] = "2.0", ["info"] = Info(), ["paths"] = paths, ["definitions"] = writer.Definitions };
    }

    public static JsonObject V3(ResourceCatalog catalog, string group, string version)
    {
        var writer = new SchemaWriter("#/components/schemas/");
        var paths = new JsonObject();
        foreach (var type in catalog.In(group, version))
            Add(type, writer, paths, isV2: false);
        return new JsonObject { ["openapi"] = "3.0.0", ["info"] = Info(), ["paths"] = paths, ["components"] = new JsonObject { ["schemas"] = writer.Definitions } };
    }

    private static void Add(ResourceType type, SchemaWriter writer, JsonObject paths, bool isV2)
    {
        var name = writer.Define(type.Schema, $"{type.Group}.{type.Version}.{type.Kind}".TrimStart('.'), [Kind(type, type.Kind)]);
        writer.Define(name + "List", new JsonObject
        {
            ["description"] = $"{type.ListKind} is a list of {type.Kind}",
            ["type"] = "object",
            ["required"] = new JsonArray("items"),
            ["properties"] = new JsonObject
            {
                ["apiVersion"] = new JsonObject { ["type"] = "string" },
                ["kind"] = new JsonObject { ["type"] = "string" },
                ["items"] = new JsonObject { ["type"] = "array", ["items"] = writer.Reference(name) },
                ["metadata"] = new JsonObject { ["type"] = "object" },
            },
            ["x-kubernetes-group-version-kind"] = new JsonArray(Kind(type, type.ListKind)),
        });
        var collection = type.BasePath + (type.Namespaced ? "/namespaces/{namespace}/" : "/") + type.Plural;
        var body = isV2 ? (JsonObject?)null : writer.Reference(name);
        paths[collection] = new JsonObject { ["get"] = Operation(type, "list", body), ["post"] = Operation(type, "post", body, PatchParameters) };
        paths[collection + "/{name}"] = new JsonObject
        {
            ["get"] = Operation(type, "get", body),
            ["put"] = Operation(type, "put", body, PatchParameters),
            ["patch"] = Operation(type, "patch", body, PatchParameters),
            ["delete"] = Operation(type, "delete", body, "dryRun"),
        };
        if (type.Namespaced)
            paths[$"{type.BasePath}/{type.Plural}"] = new JsonObject { ["get"] = Operation(type, "list", body) };
    }

    private static JsonObject Operation(ResourceType type, string action, JsonObject? answer, params IEnumerable<string> parameters)
    {
        var response = new JsonObject { ["description"] = "OK" };
        if (answer is not null)
            response["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = answer.DeepClone() } };
        var operation = new JsonObject
        {
            ["operationId"] = $"{action}{type.Version}{type.Kind}",
            ["responses"] = new JsonObject { ["200"] = response },
            ["x-kubernetes-action"] = action,
            ["x-kubernetes-group-version-kind"] = Kind(type, type.Kind),
        };
        var list = new JsonArray([.. parameters.Select(p => (JsonNode)Parameter(p, inline: answer is null))]);
        if (list.Count > 0)
            operation["parameters"] = list;
        return operation;
    }

    private static JsonObject Parameter(string name, bool inline)
    {
        var parameter = new JsonObject { ["name"] = name, ["in"] = "query" };
        if (inline)
            parameter["type"] = "string";
        else
            parameter["schema"] = new JsonObject { ["type"] = "string" };
        return parameter;
    }

    private static JsonObject Kind(ResourceType type, string kind) => new() { ["group"] = type.Group, ["kind"] = kind, ["version"] = type.Version };

    private static JsonObject Info() => new() { ["title"] = "Kubernetes", ["version"] = ServerVersion.GitVersion };
}
