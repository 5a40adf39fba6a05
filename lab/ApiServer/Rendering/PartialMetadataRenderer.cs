using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Overlay.Lab.ApiServer.Objects;
using Overlay.Lab.ApiServer.Requests;
using Overlay.Lab.ApiServer.Resources;
using Overlay.Lab.ApiServer.Storage;

namespace Overlay.Lab.ApiServer.Rendering;

/// <summary>Metadata only: what a watcher that needs labels and owners asks for.</summary>
internal sealed class PartialMetadataRenderer(ResourceType type, string version) : Renderer(type)
{
    public override ReadOnlyMemory<byte> One(StoredObject item) => Of(item.ToNode(), version).ToBytes();

    public override Task WriteListAsync(HttpContext http, ListPage page) =>
        WriteItemsAsync(http, "PartialObjectMetadataList", "meta.k8s.io/" + version, page, One);

    public static JsonObject Of(JsonObject node, string version) =>
        new() { ["kind"] = "PartialObjectMetadata", ["apiVersion"] = "meta.k8s.io/" + version, ["metadata"] = node.Meta().DeepClone() };

    protected override JsonObject BookmarkBody(JsonObject meta) =>
        new() { ["kind"] = "PartialObjectMetadata", ["apiVersion"] = "meta.k8s.io/" + version, ["metadata"] = meta };
}
