using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Http;
using Overlay.Lab.ApiServer.Objects;

namespace Overlay.Lab.ApiServer.Requests;

/// <summary>A pod's own subresources: binding (the scheduler's) and eviction.</summary>
internal static class PodHandler
{
    public static async Task PostAsync(ApiRequest request)
    {
        var options = request.WriteOptions();
        var body = (await Bodies.ReadObjectAsync(request.Http)).Node;
        if (request.Path.Subresource is "binding")
            request.Cluster.Update(request.Type, request.Key, pod => Bind(request, pod, body), options with { Subresource = "binding" });
        else
            request.Cluster.Delete(request.Type, request.Key, DeleteRequest.From(body.Object("deleteOptions")));
        await request.Http.WriteAsync(new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success", ["code"] = 201 }, 201);
    }

    private static JsonObject Bind(ApiRequest request, JsonObject pod, JsonObject binding)
    {
        var spec = pod.ObjectOrNew("spec");
        if (spec.Text("nodeName") is { Length: > 0 } taken)
            throw ApiException.Conflict(request.Type, request.Key.Name, $"pod {request.Key.Name} is already assigned to node \"{taken}\"");
        spec["nodeName"] = binding.Object("target")?.Text("name");
        return pod;
    }
}
