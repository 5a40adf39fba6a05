using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Overlay.Lab.ApiServer.Http;

/// <summary>What tests and fault drills do to a server in another process: POST /lab/compact, /lab/close-watches[?resource=group/plural].</summary>
internal sealed class LabControls(Cluster cluster)
{
    public async Task HandleAsync(HttpContext http)
    {
        if (http.Request.Method is not "POST")
            throw ApiException.MethodNotAllowed();
        switch (http.Request.Path.Value)
        {
            case "/lab/compact":
                cluster.Store.Compact();
                break;
            case "/lab/close-watches":
                cluster.Store.CloseWatches(http.Request.Query["resource"].FirstOrDefault());
                break;
            default:
                throw ApiException.NoSuchPath();
        }
        await http.WriteAsync(new JsonObject { ["resourceVersion"] = cluster.Store.Revision });
    }
}
