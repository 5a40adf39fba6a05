using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Objects;
using Overlay.Lab.ApiServer.Schemas;
using Overlay.Lab.ApiServer.Storage;

namespace Overlay.Lab.ApiServer.Resources;

/// <summary>From a CustomResourceDefinition to the resource types it serves, one for each served version, the preferred first.</summary>
internal static class CustomResourceReader
{
    public static IEnumerable<ResourceType> Read(JsonObject definition)
    {
        var spec = definition.Object("spec") ?? [];
        var versions = (spec.Array("versions") ?? []).OfType<JsonObject>().Where(v => v["served"]?.AsText() is "true");
        return versions.OrderByDescending(v => v.Text("name") ?? "", VersionPriority.Comparer).Select(v => Version(spec, v));
    }

    private static ResourceType Version(JsonObject spec, JsonObject version)
    {
        var names = spec.ObjectOrNew("names");
        var kind = names.Text("kind") ?? "";
        var subresources = version.Object("subresources");
        return new ResourceType
        {
            Group = spec.Text("group") ?? "",
            Version = version.Text("name") ?? "",
            Plural = names.Text("plural") ?? "",
            Singular = names.Text("singular") is { Length: > 0 } singular ? singular : kind.ToLowerInvariant(),
            Kind = kind,
            ListKindName = names.Text("listKind") is { Length: > 0 } list ? list : null,
            Namespaced = spec.Text("scope") is "Namespaced",
            ShortNames = Texts(names, "shortNames"),
            Categories = Texts(names, "categories"),
            HasStatus = subresources?.ContainsKey("status") == true,
            HasScale = subresources?["scale"] is not null,
            HasGeneration = true,
            IsCustom = true,
            Schema = SchemaReader.ReadRoot(version.Object("schema")?.Object("openAPIV3Schema"), DefinitionName(spec.Text("group") ?? "", version.Text("name") ?? "", kind)),
            Columns = [.. (version.Array("additionalPrinterColumns") ?? []).OfType<JsonObject>().Select(Column)],
            Fields = [.. (version.Array("selectableFields") ?? []).OfType<JsonObject>().Select(f => new SelectableField((f.Text("jsonPath") ?? "").TrimStart('.')))],
            DeprecationWarning = version["deprecated"]?.AsText() is "true"
                ? version.Text("deprecationWarning") ?? $"{spec.Text("group")}/{version.Text("name")} {kind} is deprecated"
                : null,
        };
    }

    /// <summary>The group's labels in reverse, as the real server names definitions: <c>io.overlay-cni.v1alpha1.Subnet</c>.</summary>
    private static string DefinitionName(string group, string version, string kind) => $"{string.Join('.', group.Split('.').Reverse())}.{version}.{kind}";

    private static PrinterColumn Column(JsonObject column) => new(
        column.Text("name") ?? "",
        column.Text("type") ?? "string",
        column.Text("jsonPath") ?? "",
        (int)(column.Number("priority") ?? 0),
        column.Text("description") ?? "",
        column.Text("format") ?? "");

    private static ImmutableArray<string> Texts(JsonObject node, string property) => [.. (node.Array(property) ?? []).Select(t => t!.AsText())];
}
