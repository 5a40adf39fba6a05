using System.Reflection;
using System.Text.Json.Nodes;
using Overlay.Api.Objects;
using Overlay.Api.Schema;

namespace Overlay.CrdsGenerator;

/// <summary>One kind's definition (apiextensions.k8s.io/v1) as a file.</summary>
/// <param name="FileName">The file's path within crds/.</param>
/// <param name="Yaml">Its text.</param>
internal sealed record CustomResourceDefinition(string FileName, string Yaml)
{
    private const string Header =
        "# Generated from the types in api/ by `make crds`: edit those, not this.\n" +
        "# Its rules use the CIDR functions of CEL: Kubernetes 1.31 or later.\n";

    /// <summary>The definition of an entity type.</summary>
    /// <param name="schemas">Makes the schema.</param>
    public static CustomResourceDefinition Of<TEntity>(SchemaOf schemas)
        where TEntity : IEntity<TEntity>
    {
        var kind = TEntity.Definition;
        var resource = typeof(TEntity).GetCustomAttribute<ResourceAttribute>()
            ?? throw new InvalidOperationException($"{typeof(TEntity)} has no [Resource]: give it its short names.");
        var definition = new JsonObject
        {
            ["apiVersion"] = "apiextensions.k8s.io/v1",
            ["kind"] = "CustomResourceDefinition",
            ["metadata"] = Metadata(kind, resource),
            ["spec"] = new JsonObject
            {
                ["group"] = kind.Group,
                ["names"] = Names(kind, resource),
                ["scope"] = kind.Namespaced ? "Namespaced" : "Cluster",
                ["versions"] = new JsonArray(Version<TEntity>(kind, schemas)),
            },
        };
        return new CustomResourceDefinition(Path.Combine(resource.Folder, $"{kind.Plural}.yaml"), Header + YamlText.Of(definition));
    }

    private static JsonObject Metadata(EntityKind kind, ResourceAttribute resource)
    {
        var metadata = new JsonObject { ["name"] = $"{kind.Plural}.{kind.Group}" };
        if (resource.Approval is { } approval)
        {
            metadata["annotations"] = new JsonObject { ["api-approved.kubernetes.io"] = approval };
        }

        return metadata;
    }

    private static JsonObject Names(EntityKind kind, ResourceAttribute resource)
    {
        var names = new JsonObject
        {
            ["kind"] = kind.Kind,
            ["listKind"] = kind.Kind + "List",
            ["plural"] = kind.Plural,
            ["singular"] = Singular(kind),
            ["shortNames"] = new JsonArray([.. resource.ShortNames.Select(n => JsonValue.Create(n))]),
        };
        if (resource.Category is { } category)
        {
            names["categories"] = new JsonArray(category);
        }

        return names;
    }

    private static string Singular(EntityKind kind) => kind.Kind.ToLowerInvariant();

    private static JsonObject Version<TEntity>(EntityKind kind, SchemaOf schemas) => new()
    {
        ["name"] = kind.Version,
        ["served"] = true,
        ["storage"] = true,
        ["additionalPrinterColumns"] = new JsonArray(
            [.. typeof(TEntity).GetCustomAttributes<PrinterColumnAttribute>().Select(Column)]),
        ["subresources"] = new JsonObject { ["status"] = new JsonObject() },
        ["schema"] = new JsonObject { ["openAPIV3Schema"] = schemas.Entity(typeof(TEntity)) },
    };

    private static JsonObject Column(PrinterColumnAttribute column)
    {
        var result = new JsonObject { ["name"] = column.Name, ["type"] = column.Type, ["jsonPath"] = column.JsonPath };
        if (column.Wide)
        {
            result["priority"] = 1;
        }

        return result;
    }
}
