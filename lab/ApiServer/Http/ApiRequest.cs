using Microsoft.AspNetCore.Http;
using Overlay.Lab.ApiServer.Objects;
using Overlay.Lab.ApiServer.Policies;
using Overlay.Lab.ApiServer.Resources;
using Overlay.Lab.ApiServer.Storage;

namespace Overlay.Lab.ApiServer.Http;

/// <summary>One request for a served resource.</summary>
internal sealed record ApiRequest(HttpContext Http, Cluster Cluster, RequestPath Path, ResourceType Type)
{
    public StoreKey Key => new(Path.Namespace, Path.Name);

    public string? Query(string name) => Http.Request.Query.TryGetValue(name, out var values) && values.Count > 0 ? values[0] : null;

    public bool Flag(string name) => Query(name) is "true" or "1";

    public CancellationToken Aborted => Http.RequestAborted;

    public WriteOptions WriteOptions() => new()
    {
        DryRun = ParseDryRun(),
        FieldValidation = Query("fieldValidation") switch
        {
            "Strict" => FieldValidation.Strict,
            "Ignore" => FieldValidation.Ignore,
            null or "" or "Warn" => FieldValidation.Warn,
            var other => throw ApiException.BadRequest($"fieldValidation: Unsupported value: \"{other}\": supported values: \"Ignore\", \"Strict\", \"Warn\""),
        },
        Manager = Query("fieldManager") is { Length: > 0 } given ? given : ManagerFromAgent(),
        Subresource = Path.Subresource,
        Force = Flag("force"),
        By = Requester.Of(Http),
    };

    private bool ParseDryRun() => Query("dryRun") switch
    {
        null or "" => false,
        "All" => true,
        var other => throw ApiException.BadRequest($"dryRun: Unsupported value: \"{other}\": supported values: \"All\""),
    };

    /// <summary>The name of the client program, as the real server takes it from the user agent.</summary>
    private string ManagerFromAgent()
    {
        var agent = Http.Request.Headers.UserAgent.ToString();
        var slash = agent.IndexOf('/', StringComparison.Ordinal);
        var name = slash < 0 ? agent : agent[..slash];
        return name.Length == 0 ? "unknown" : name;
    }
}
