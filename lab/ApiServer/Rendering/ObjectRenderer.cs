using System.Text;
using Microsoft.AspNetCore.Http;
using Overlay.Lab.ApiServer.Requests;
using Overlay.Lab.ApiServer.Resources;
using Overlay.Lab.ApiServer.Storage;

namespace Overlay.Lab.ApiServer.Rendering;

/// <summary>The objects themselves: their stored bytes, with the apiVersion of the path where that differs from the stored one.</summary>
internal sealed class ObjectRenderer(ResourceType type) : Renderer(type)
{
    private readonly byte[] head = Encoding.UTF8.GetBytes($$"""{"apiVersion":"{{type.ApiVersion}}",""");

    public override ReadOnlyMemory<byte> One(StoredObject item)
    {
        // Admission writes apiVersion first, so another version of the kind differs in the first bytes only.
        if (item.Json.AsSpan().StartsWith(head))
            return item.Json;
        var rest = item.Json.AsSpan(item.Json.AsSpan().IndexOf((byte)',') + 1);
        return (byte[])[.. head, .. rest];
    }

    protected override bool EndsWithEmptyToken => Type.IsCustom;

    public override Task WriteListAsync(HttpContext http, ListPage page) => WriteItemsAsync(http, Type.ListKind, Type.ApiVersion, page, One);
}
