using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Cel;
using Overlay.Lab.ApiServer.Resources;
using Overlay.Lab.ApiServer.Schemas;

namespace Overlay.Lab.ApiServer.Objects;

/// <summary>What a CustomResourceDefinition must be so that it can be served as it says.</summary>
internal static class CustomResourceRules
{
    public static IEnumerable<FieldError> Check(JsonObject definition)
    {
        var spec = definition.Object("spec") ?? [];
        var names = spec.Object("names") ?? [];
        var expected = $"{names.Text("plural")}.{spec.Text("group")}";
        if (!string.Equals(definition.Meta().Text("name"), expected, StringComparison.Ordinal))
            yield return FieldError.Invalid("metadata.name", definition.Meta()["name"], $"must be spec.names.plural+\".\"+spec.group");
        if (spec.Text("scope") is not ("Namespaced" or "Cluster"))
            yield return FieldError.NotSupported("spec.scope", spec["scope"], ["\"Cluster\"", "\"Namespaced\""]);
        if (string.IsNullOrEmpty(names.Text("kind")))
            yield return FieldError.Required("spec.names.kind");
        var versions = (spec.Array("versions") ?? []).OfType<JsonObject>().ToList();
        if (versions.Count(v => v["storage"]?.AsText() is "true") != 1)
            yield return FieldError.Invalid("spec.versions", spec["versions"], "must have exactly one version marked as storage version");
        for (var i = 0; i < versions.Count; i++)
        {
            foreach (var error in Version(versions[i], $"spec.versions[{i}]"))
                yield return error;
        }
        if (Unreadable(definition) is { } rule)
            yield return rule;
    }

    private static IEnumerable<FieldError> Version(JsonObject version, string path)
    {
        if (version.Object("schema")?.Object("openAPIV3Schema") is not { } schema)
        {
            yield return FieldError.Required(path + ".schema.openAPIV3Schema", "schemas are required");
            yield break;
        }
        if (schema.Text("type") is not "object")
            yield return FieldError.Invalid(path + ".schema.openAPIV3Schema.type", schema["type"], "must be object at the root");
        foreach (var error in StructuralRules.Check(schema, path + ".schema.openAPIV3Schema"))
            yield return error;
    }

    /// <summary>Reads the definition as serving it will; a rule that cannot be parsed must not be stored.</summary>
    private static FieldError? Unreadable(JsonObject definition)
    {
        try
        {
            foreach (var type in CustomResourceReader.Read((JsonObject)definition.DeepClone()))
            {
                foreach (var column in type.Columns)
                    Rendering.JsonPath.Parse(column.JsonPath);
            }
            return null;
        }
        catch (CelException e)
        {
            return FieldError.Invalid("spec.validation." + e.Path, e.Rule, $"compilation failed: {e.Message}");
        }
        catch (FormatException e)
        {
            return FieldError.Invalid("spec.versions.additionalPrinterColumns", e.Message, "is an invalid JSON path");
        }
    }
}
