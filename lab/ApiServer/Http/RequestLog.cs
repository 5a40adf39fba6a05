using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Overlay.Lab.ApiServer.Http;

/// <summary>
/// Which requests were made and by which program, each kind of request once, a JSON object a line: what a role must allow.
/// The words are those of kube-apiserver's audit log.
/// </summary>
/// <param name="file">Where to.</param>
internal sealed class RequestLog(string file)
{
    private readonly Lock gate = new();
    private readonly HashSet<string> known = new(StringComparer.Ordinal);

    public void Note(HttpContext http, RequestPath path)
    {
        var line = new JsonObject
        {
            ["userAgent"] = http.Request.Headers.UserAgent.ToString(),
            ["verb"] = Verb(http.Request, path),
            ["apiGroup"] = path.Group,
            ["resource"] = path.Subresource.Length == 0 ? path.Resource : $"{path.Resource}/{path.Subresource}",
            ["namespace"] = path.Namespace,
            ["name"] = path.Name,
        }.ToJsonString();
        lock (gate)
        {
            if (known.Add(line))
                File.AppendAllText(file, line + "\n");
        }
    }

    private static string Verb(HttpRequest request, RequestPath path) => (request.Method, path.Name) switch
    {
        ("GET", "") => request.Query["watch"].ToString() is "true" or "1" ? "watch" : "list",
        ("GET", _) => "get",
        ("POST", _) => "create",
        ("PUT", _) => "update",
        ("PATCH", _) => "patch",
        ("DELETE", "") => "deletecollection",
        ("DELETE", _) => "delete",
        var (method, _) => method.ToLowerInvariant(),
    };
}
