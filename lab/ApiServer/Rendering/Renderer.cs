using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Overlay.Lab.ApiServer.Http;
using Overlay.Lab.ApiServer.Objects;
using Overlay.Lab.ApiServer.Requests;
using Overlay.Lab.ApiServer.Resources;
using Overlay.Lab.ApiServer.Storage;

namespace Overlay.Lab.ApiServer.Rendering;

/// <summary>Shows stored objects in the form that the client asked for.</summary>
internal abstract class Renderer(ResourceType type)
{
    protected ResourceType Type { get; } = type;

    /// <summary>Whether a last page says <c>"continue": ""</c>, as k8s.io/apiserver has it for what it holds unstructured; all else says nothing.</summary>
    protected virtual bool EndsWithEmptyToken => false;

    public static Renderer For(ApiRequest request)
    {
        var asked = Representation.Of(request.Http.Request);
        return asked.View switch
        {
            View.Table => new TableRenderer(request.Type, asked.Version, request.Query("includeObject") ?? "Metadata", request.Cluster.Clock),
            View.PartialMetadata => new PartialMetadataRenderer(request.Type, asked.Version),
            _ => new ObjectRenderer(request.Type),
        };
    }

    /// <summary>One object as it stands in an answer or an event.</summary>
    public abstract ReadOnlyMemory<byte> One(StoredObject item);

    /// <summary>One object of a watch, at the version of the event.</summary>
    public virtual ReadOnlyMemory<byte> Event(StoredObject item, long resourceVersion) =>
        item.ResourceVersion == resourceVersion ? One(item) : One(Restamp(item, resourceVersion));

    public abstract Task WriteListAsync(HttpContext http, ListPage page);

    public Task WriteOneAsync(HttpContext http, StoredObject item, int code) => http.WriteAsync(One(item), code);

    /// <summary>An object of the watched kind that carries nothing but a version.</summary>
    public virtual ReadOnlyMemory<byte> Bookmark(long resourceVersion, bool initialEventsEnd)
    {
        var meta = new JsonObject { ["resourceVersion"] = resourceVersion.ToString(CultureInfo.InvariantCulture), ["creationTimestamp"] = null };
        if (initialEventsEnd)
            meta["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
        return BookmarkBody(meta).ToBytes();
    }

    protected virtual JsonObject BookmarkBody(JsonObject meta) => new() { ["kind"] = Type.Kind, ["apiVersion"] = Type.ApiVersion, ["metadata"] = meta };

    protected JsonObject ListMeta(ListPage page)
    {
        var meta = new JsonObject { ["resourceVersion"] = page.ResourceVersion.ToString(CultureInfo.InvariantCulture) };
        if (page.Continue is not null || EndsWithEmptyToken)
            meta["continue"] = page.Continue ?? "";
        if (page.Remaining is not null)
            meta["remainingItemCount"] = page.Remaining;
        return meta;
    }

    /// <summary>Writes a list whose items are already bytes, without building it in memory.</summary>
    protected async Task WriteItemsAsync(HttpContext http, string kind, string apiVersion, ListPage page, Func<StoredObject, ReadOnlyMemory<byte>> show)
    {
        http.Response.StatusCode = 200;
        http.Response.ContentType = "application/json";
        var writer = http.Response.BodyWriter;
        var head = new JsonObject { ["kind"] = kind, ["apiVersion"] = apiVersion, ["metadata"] = ListMeta(page) }.ToJsonString(JsonTrees.Compact);
        writer.Write(Encoding.UTF8.GetBytes(head.AsSpan(0, head.Length - 1).ToString() + ",\"items\":["));
        for (var i = 0; i < page.Items.Count; i++)
        {
            if (i > 0)
                writer.Write(","u8);
            writer.Write(show(page.Items[i]).Span);
            if (i % 64 == 63)
                await writer.FlushAsync(http.RequestAborted);
        }
        writer.Write("]}"u8);
        await writer.FlushAsync(http.RequestAborted);
    }

    private static StoredObject Restamp(StoredObject item, long resourceVersion) => StoredObject.Freeze(item.ToNode(), resourceVersion, []);
}
