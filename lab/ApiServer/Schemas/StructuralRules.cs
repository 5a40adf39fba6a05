using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Objects;

namespace Overlay.Lab.ApiServer.Schemas;

/// <summary>What makes a schema structural: a type everywhere, regular expressions that RE2 takes, list types with their keys.</summary>
internal static class StructuralRules
{
    public static IEnumerable<FieldError> Check(JsonObject schema, string path)
    {
        var free = schema["x-kubernetes-int-or-string"]?.AsText() is "true" || schema["x-kubernetes-preserve-unknown-fields"]?.AsText() is "true";
        if (!free && string.IsNullOrEmpty(schema.Text("type")))
            yield return FieldError.Required(path + ".type", "must not be empty for specified object fields");
        if (schema.Text("pattern") is { } pattern && Broken(pattern) is { } why)
            yield return FieldError.Invalid(path + ".pattern", pattern, $"must be a valid regular expression, but isn't: {why}");
        if (schema.Text("x-kubernetes-list-type") is "map" && schema.Array("x-kubernetes-list-map-keys") is not { Count: > 0 })
            yield return FieldError.Required(path + ".x-kubernetes-list-map-keys", "must not be empty if x-kubernetes-list-type is map");
        if (schema.Text("type") is "array" && schema["items"] is not JsonObject)
            yield return FieldError.Required(path + ".items", "must be specified");
        if (schema["properties"] is not null && schema["additionalProperties"] is not null)
            yield return FieldError.Forbidden(path + ".additionalProperties", "additionalProperties and properties are mutual exclusive");
        foreach (var (name, inner) in schema.Object("properties") ?? [])
        {
            foreach (var error in Check(inner as JsonObject ?? [], $"{path}.properties[{name}]"))
                yield return error;
        }
        foreach (var part in (string[])["items", "additionalProperties"])
        {
            if (schema[part] is not JsonObject inner)
                continue;
            foreach (var error in Check(inner, $"{path}.{part}"))
                yield return error;
        }
    }

    private static string? Broken(string pattern)
    {
        try
        {
            Patterns.Get(pattern);
            return null;
        }
        catch (ArgumentException e)
        {
            return e.Message;
        }
    }
}
