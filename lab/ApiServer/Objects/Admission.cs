using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Cel;
using Overlay.Lab.ApiServer.Http;
using Overlay.Lab.ApiServer.Resources;
using Overlay.Lab.ApiServer.Schemas;

namespace Overlay.Lab.ApiServer.Objects;

/// <summary>What every write passes before it is stored: unknown fields, pruning, defaults, then validation.</summary>
internal static class Admission
{
    // The one part of a custom resource that is decoded into a fixed type.
    private static readonly Schema MetadataOnly = Schema.Anything with { Properties = Schema.Anything.Properties.Add("metadata", ModelSchemas.ObjectMeta) };

    /// <param name="current">What is stored now; null for a new object.</param>
    public static JsonObject Admit(ResourceType type, JsonObject? current, JsonObject next, WriteOptions options)
    {
        next = Canonical(type, next);
        if (type.DeprecationWarning is { } warning)
            options.Warnings.Add(warning);
        if (type.IsCustom)
            SchemaPruner.DropNulls(next.Meta());
        else
            SchemaPruner.DropNulls(next);
        FieldValidations.Report(type, [.. SchemaPruner.Prune(type.Schema, next).Select(p => $"unknown field \"{p}\"")], options);
        if (type.IsCustom)
            SchemaPruner.Default(type.Schema, next);
        RefuseWrongTypes(type, type.IsCustom ? MetadataOnly : type.Schema, next);
        BuiltInDefaults.Apply(type, next);
        var errors = Names.Check(type, next).Concat(type.IsCustom ? Custom(type, current, next) : BuiltInRules.Check(type, current, next)).ToList();
        if (errors.Count > 0)
            throw ApiException.Invalid(type, next.Meta().Text("name") ?? "", errors);
        return next;
    }

    private static IEnumerable<FieldError> Custom(ResourceType type, JsonObject? current, JsonObject next)
    {
        var errors = SchemaValidator.Validate(type.Schema, next);
        return errors.Count > 0 ? errors : CelValidator.Validate(type.Schema, next, current);
    }

    private static void RefuseWrongTypes(ResourceType type, Schema schema, JsonObject next)
    {
        var errors = SchemaValidator.ValidateTypes(schema, next);
        if (errors.Count > 0)
            throw ApiException.BadRequest($"{type.Kind} in version \"{type.Version}\" cannot be handled as a {type.Kind}: json: cannot unmarshal: {string.Join(", ", errors)}");
    }

    /// <summary>apiVersion and kind first, then metadata: stored bytes begin alike, and people read them in this order.</summary>
    private static JsonObject Canonical(ResourceType type, JsonObject next)
    {
        var result = new JsonObject { ["apiVersion"] = type.ApiVersion, ["kind"] = type.Kind, ["metadata"] = next.Meta().DeepClone() };
        foreach (var (name, value) in next)
        {
            if (name is not ("apiVersion" or "kind" or "metadata"))
                result[name] = value?.DeepClone();
        }
        return result;
    }
}
