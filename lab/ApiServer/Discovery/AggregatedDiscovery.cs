using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Objects;
using Overlay.Lab.ApiServer.Resources;

namespace Overlay.Lab.ApiServer.Discovery;

/// <summary>apidiscovery.k8s.io: everything served, in two requests.</summary>
internal static class AggregatedDiscovery
{
    public static JsonObject Document(ResourceCatalog catalog, bool core, string version)
    {
        var groups = core ? [new ApiGroup("", ["v1"])] : catalog.Groups;
        return new JsonObject
        {
            ["kind"] = "APIGroupDiscoveryList",
            ["apiVersion"] = "apidiscovery.k8s.io/" + version,
            ["metadata"] = new JsonObject(),
            ["items"] = new JsonArray([.. groups.Select(g => (JsonNode)Group(catalog, g))]),
        };
    }

    private static JsonObject Group(ResourceCatalog catalog, ApiGroup group) => new()
    {
        ["metadata"] = group.Name.Length == 0 ? new JsonObject { ["creationTimestamp"] = null } : new JsonObject { ["name"] = group.Name, ["creationTimestamp"] = null },
        ["versions"] = new JsonArray([.. group.Versions.Select(v => (JsonNode)new JsonObject
        {
            ["version"] = v,
            ["resources"] = new JsonArray([.. catalog.In(group.Name, v).OrderBy(t => t.Plural, StringComparer.Ordinal).Select(t => (JsonNode)Resource(t))]),
            ["freshness"] = "Current",
        })]),
    };

    private static JsonObject Resource(ResourceType type)
    {
        var resource = new JsonObject
        {
            ["resource"] = type.Plural,
            ["responseKind"] = Kind(type.Group, type.Version, type.Kind),
            ["scope"] = type.Namespaced ? "Namespaced" : "Cluster",
            ["singularResource"] = type.Singular,
            ["verbs"] = JsonTrees.ToArray(ResourceType.Verbs),
        };
        if (!type.ShortNames.IsEmpty)
            resource["shortNames"] = JsonTrees.ToArray(type.ShortNames);
        if (!type.Categories.IsEmpty)
            resource["categories"] = JsonTrees.ToArray(type.Categories);
        var subresources = Subresource.Of(type).Select(s => (JsonNode)new JsonObject
        {
            ["subresource"] = s.Name,
            ["responseKind"] = Kind(s.Group ?? type.Group, s.Version ?? type.Version, s.Kind),
            ["verbs"] = JsonTrees.ToArray(s.Verbs),
        }).ToArray();
        if (subresources.Length > 0)
            resource["subresources"] = new JsonArray(subresources);
        return resource;
    }

    private static JsonObject Kind(string group, string version, string kind) => new() { ["group"] = group, ["version"] = version, ["kind"] = kind };
}
