using System.Text.Json.Nodes;

namespace Overlay.Lab.ApiServer.Objects;

internal enum Propagation
{
    Background,
    Foreground,
    Orphan,
}

/// <summary>DeleteOptions.</summary>
internal sealed record DeleteRequest
{
    public long? GracePeriodSeconds { get; init; }
    public Propagation Propagation { get; init; }
    public string? Uid { get; init; }
    public string? ResourceVersion { get; init; }
    public bool DryRun { get; init; }

    public static DeleteRequest From(JsonObject? body)
    {
        if (body is null)
            return new DeleteRequest();
        var preconditions = body.Object("preconditions");
        return new DeleteRequest
        {
            GracePeriodSeconds = body.Number("gracePeriodSeconds"),
            Propagation = Parse(body.Text("propagationPolicy"), body["orphanDependents"]?.GetValue<bool>() ?? false),
            Uid = preconditions?.Text("uid"),
            ResourceVersion = preconditions?.Text("resourceVersion"),
            DryRun = body.Array("dryRun") is { Count: > 0 },
        };
    }

    public static Propagation Parse(string? policy, bool orphan) => policy switch
    {
        "Foreground" => Propagation.Foreground,
        "Orphan" => Propagation.Orphan,
        null when orphan => Propagation.Orphan,
        _ => Propagation.Background,
    };
}
