using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Http;
using Overlay.Lab.ApiServer.Objects;
using Overlay.Lab.ApiServer.Resources;

namespace Overlay.Lab.ApiServer.Requests;

/// <summary>The body must be of the kind that the path names; an empty kind is taken as that.</summary>
internal static class BodyChecks
{
    public static void CheckKind(ResourceType type, JsonObject body)
    {
        var apiVersion = body.Text("apiVersion");
        var kind = body.Text("kind");
        if (type.IsCustom && (string.IsNullOrEmpty(kind) || string.IsNullOrEmpty(apiVersion)))
            throw ApiException.BadRequest($"Object '{(string.IsNullOrEmpty(kind) ? "Kind" : "apiVersion")}' is missing in the request body");
        if (!string.IsNullOrEmpty(kind) && !string.Equals(kind, type.Kind, StringComparison.Ordinal))
            throw ApiException.BadRequest($"{kind} in version \"{apiVersion}\" cannot be handled as a {type.Kind}: expected kind {type.Kind}");
        if (!string.IsNullOrEmpty(apiVersion) && !string.Equals(apiVersion, type.ApiVersion, StringComparison.Ordinal))
            throw ApiException.BadRequest($"the API version in the data ({apiVersion}) does not match the expected API version ({type.ApiVersion})");
        if (body.ContainsKey("metadata") && body["metadata"] is not JsonObject)
            throw ApiException.BadRequest("metadata must be an object");
    }
}
