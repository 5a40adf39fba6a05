using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Overlay.Lab.ApiServer.Http;
using Overlay.Lab.ApiServer.Objects;
using Overlay.Lab.ApiServer.Resources;

namespace Overlay.Lab.ApiServer.Discovery;

/// <summary>Which groups, versions and resources are served: the old documents one by one, and the aggregated one.</summary>
internal sealed class DiscoveryHandler(Cluster cluster)
{
    /// <summary>False when the path is not a discovery path.</summary>
    public async Task<bool> TryHandleAsync(HttpContext http)
    {
        var parts = (http.Request.Path.Value ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries);
        var catalog = cluster.Catalog;
        switch (parts)
        {
            case ["api"] or ["apis"] when Representation.Of(http.Request) is { View: View.Discovery } asked:
                var core = parts is ["api"];
                await http.WriteAsync(AggregatedDiscovery.Document(catalog, core, asked.Version), 200,
                    $"application/json;g=apidiscovery.k8s.io;v={asked.Version};as=APIGroupDiscoveryList");
                return true;
            case ["api"]:
                await http.WriteAsync(new JsonObject
                {
                    ["kind"] = "APIVersions",
                    ["versions"] = new JsonArray("v1"),
                    ["serverAddressByClientCIDRs"] = new JsonArray(new JsonObject { ["clientCIDR"] = "0.0.0.0/0", ["serverAddress"] = http.Request.Host.Value }),
                });
                return true;
            case ["apis"]:
                await http.WriteAsync(new JsonObject { ["kind"] = "APIGroupList", ["apiVersion"] = "v1", ["groups"] = new JsonArray([.. catalog.Groups.Select(g => (JsonNode)Group(g))]) });
                return true;
            case ["api", var version] when catalog.In("", version).Any():
                await http.WriteAsync(ResourceList(catalog, "", version));
                return true;
            case ["apis", var name] when catalog.Groups.FirstOrDefault(g => string.Equals(g.Name, name, StringComparison.Ordinal)) is { } group:
                var document = Group(group);
                document["kind"] = "APIGroup";
                document["apiVersion"] = "v1";
                await http.WriteAsync(document);
                return true;
            case ["apis", var name, var version] when catalog.In(name, version).Any():
                await http.WriteAsync(ResourceList(catalog, name, version));
                return true;
            default:
                return false;
        }
    }

    private static JsonObject Group(ApiGroup group)
    {
        JsonObject Version(string version) => new() { ["groupVersion"] = $"{group.Name}/{version}", ["version"] = version };
        return new JsonObject
        {
            ["name"] = group.Name,
            ["versions"] = new JsonArray([.. group.Versions.Select(v => (JsonNode)Version(v))]),
            ["preferredVersion"] = Version(group.Versions[0]),
        };
    }

    private static JsonObject ResourceList(ResourceCatalog catalog, string group, string version)
    {
        var resources = new JsonArray();
        foreach (var type in catalog.In(group, version).OrderBy(t => t.Plural, StringComparer.Ordinal))
        {
            resources.Add((JsonNode)Resource(type));
            foreach (var sub in Subresource.Of(type))
                resources.Add((JsonNode)Sub(type, sub));
        }
        return new JsonObject
        {
            ["kind"] = "APIResourceList",
            ["apiVersion"] = "v1",
            ["groupVersion"] = group.Length == 0 ? version : $"{group}/{version}",
            ["resources"] = resources,
        };
    }

    private static JsonObject Resource(ResourceType type)
    {
        var resource = new JsonObject
        {
            ["name"] = type.Plural,
            ["singularName"] = type.Singular,
            ["namespaced"] = type.Namespaced,
            ["kind"] = type.Kind,
            ["verbs"] = JsonTrees.ToArray(ResourceType.Verbs),
        };
        if (!type.ShortNames.IsEmpty)
            resource["shortNames"] = JsonTrees.ToArray(type.ShortNames);
        if (!type.Categories.IsEmpty)
            resource["categories"] = JsonTrees.ToArray(type.Categories);
        return resource;
    }

    private static JsonObject Sub(ResourceType type, Subresource sub)
    {
        var resource = new JsonObject { ["name"] = $"{type.Plural}/{sub.Name}", ["singularName"] = "", ["namespaced"] = type.Namespaced };
        if (sub.Group is not null)
        {
            resource["group"] = sub.Group;
            resource["version"] = sub.Version;
        }
        resource["kind"] = sub.Kind;
        resource["verbs"] = JsonTrees.ToArray(sub.Verbs);
        return resource;
    }
}
