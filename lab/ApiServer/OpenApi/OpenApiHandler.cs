using Microsoft.AspNetCore.Http;
using Overlay.Lab.ApiServer.Http;

namespace Overlay.Lab.ApiServer.OpenApi;

/// <summary>/openapi/v2 and /openapi/v3.</summary>
internal sealed class OpenApiHandler(Cluster cluster)
{
    public Task HandleAsync(HttpContext http) => cluster.Catalog.All.IsEmpty ? Task.CompletedTask : throw ApiException.NoSuchPath();
}
