using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Overlay.Lab.ApiServer.Objects;

namespace Overlay.Lab.ApiServer.Http;

/// <summary>Reads request bodies: JSON and YAML.</summary>
internal static class Bodies
{
    private const string ProtobufType = "application/vnd.kubernetes.protobuf";

    // The real server's limit on a request.
    private const int Largest = 3 * 1024 * 1024;

    public static string MediaType(HttpRequest request)
    {
        var type = request.ContentType ?? "";
        var end = type.IndexOf(';', StringComparison.Ordinal);
        return (end < 0 ? type : type[..end]).Trim().ToLowerInvariant();
    }

    /// <summary>The body as one object, with the fields that came twice.</summary>
    public static async Task<ParsedBody> ReadObjectAsync(HttpContext http)
    {
        var type = MediaType(http.Request);
        if (type is ProtobufType)
            return new ParsedBody(ProtobufBodies.Parse(await ReadBytesAsync(http)), []);
        if (type is not ("" or "application/json" or "application/yaml" or "*/*"))
            throw ApiException.UnsupportedMediaType("application/json, application/yaml");
        var bytes = await ReadBytesAsync(http);
        return ParseObject(bytes, type is "application/yaml");
    }

    /// <summary>DeleteOptions and such: null when there is no body.</summary>
    public static async Task<JsonObject?> ReadOptionalAsync(HttpContext http)
    {
        var type = MediaType(http.Request);
        var bytes = await ReadBytesAsync(http);
        if (bytes.Length == 0)
            return null;
        if (type is ProtobufType)
            return ProtobufBodies.Parse(bytes);
        if (type is not ("" or "application/json" or "application/yaml" or "*/*"))
            throw ApiException.UnsupportedMediaType("application/json, application/yaml");
        return ParseObject(bytes, type is "application/yaml").Node;
    }

    public static ParsedBody ParseObject(byte[] bytes, bool yaml)
    {
        try
        {
            var parsed = yaml ? new ParsedBody((YamlTrees.Parse(System.Text.Encoding.UTF8.GetString(bytes)) as JsonObject)!, []) : StrictJson.Parse(bytes);
            return parsed.Node is null ? throw ApiException.BadRequest("the body must be an object") : parsed;
        }
        catch (Exception e) when (e is JsonException or YamlDotNet.Core.YamlException or FormatException)
        {
            throw ApiException.BadRequest($"the object provided is unrecognized (must be of type JSON or YAML): {e.Message}");
        }
    }

    public static async Task<byte[]> ReadBytesAsync(HttpContext http)
    {
        using var buffer = new MemoryStream();
        await http.Request.Body.CopyToAsync(buffer, http.RequestAborted);
        return buffer.Length <= Largest ? buffer.ToArray() : throw ApiException.BadRequest($"the request is larger than {Largest} bytes");
    }
}

/// <summary>A request's object and the paths of fields that it names twice.</summary>
internal sealed record ParsedBody(JsonObject Node, IReadOnlyList<string> Duplicates);
