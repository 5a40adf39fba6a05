using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Overlay.Lab.ApiServer.Http;
using Overlay.Lab.ApiServer.Objects;
using Overlay.Lab.ApiServer.Resources;

namespace Overlay.Lab.ApiServer.OpenApi;

/// <summary>/openapi/v2 (JSON and protobuf) and /openapi/v3. Documents are made once for each state of the catalog.</summary>
internal sealed class OpenApiHandler(Cluster cluster)
{
    // With a dot where the Accept header has an @, as the real server: Go cannot parse a media type with an @ in it.
    private const string Protobuf = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    private readonly Lock gate = new();
    private ResourceCatalog? madeFor;
    private ConcurrentDictionary<string, byte[]> documents = new(StringComparer.Ordinal);

    public async Task HandleAsync(HttpContext http)
    {
        var catalog = cluster.Catalog;
        switch ((http.Request.Path.Value ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            case ["openapi", "v2"] when http.Request.Headers.Accept.ToString().Contains("proto-openapi.spec.v2", StringComparison.Ordinal):
                await http.WriteAsync(Document(catalog, "v2.pb", () => GnosticWriter.Write(OpenApiDocuments.V2(catalog))), 200, Protobuf);
                break;
            case ["openapi", "v2"]:
                await http.WriteAsync(Document(catalog, "v2", () => OpenApiDocuments.V2(catalog).ToBytes()));
                break;
            case ["openapi", "v3"]:
                await http.WriteAsync(Index(catalog));
                break;
            case ["openapi", "v3", "api", var version] when catalog.In("", version).Any():
                await GroupAsync(http, catalog, "", version);
                break;
            case ["openapi", "v3", "apis", var group, var version] when catalog.In(group, version).Any():
                await GroupAsync(http, catalog, group, version);
                break;
            default:
                throw ApiException.NoSuchPath();
        }
    }

    private JsonObject Index(ResourceCatalog catalog)
    {
        var paths = new JsonObject { ["api/v1"] = Entry(catalog, "", "v1") };
        foreach (var group in catalog.Groups)
        {
            foreach (var version in group.Versions)
                paths[$"apis/{group.Name}/{version}"] = Entry(catalog, group.Name, version);
        }
        return new JsonObject { ["paths"] = paths };
    }

    private JsonObject Entry(ResourceCatalog catalog, string group, string version)
    {
        var path = group.Length == 0 ? $"api/{version}" : $"apis/{group}/{version}";
        return new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{path}?hash={Hash(V3(catalog, group, version))}" };
    }

    private async Task GroupAsync(HttpContext http, ResourceCatalog catalog, string group, string version)
    {
        if (Representation.Of(http.Request).View != View.Object)
            throw ApiException.NotAcceptable("application/json");
        var document = V3(catalog, group, version);
        http.Response.Headers.ETag = $"\"{Hash(document)}\"";
        await http.WriteAsync(document);
    }

    private byte[] V3(ResourceCatalog catalog, string group, string version) =>
        Document(catalog, $"v3/{group}/{version}", () => OpenApiDocuments.V3(catalog, group, version).ToBytes());

    private byte[] Document(ResourceCatalog catalog, string name, Func<byte[]> make)
    {
        ConcurrentDictionary<string, byte[]> current;
        lock (gate)
        {
            if (!ReferenceEquals(madeFor, catalog))
            {
                madeFor = catalog;
                documents = new ConcurrentDictionary<string, byte[]>(StringComparer.Ordinal);
            }
            current = documents;
        }
        return current.GetOrAdd(name, _ => make());
    }

    private static string Hash(byte[] document) => Convert.ToHexString(SHA256.HashData(document));
}
