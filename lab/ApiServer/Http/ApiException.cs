using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Resources;
using Overlay.Lab.ApiServer.Schemas;

namespace Overlay.Lab.ApiServer.Http;

/// <summary>An answer other than success: the Status object that Kubernetes clients know, by code and reason.</summary>
internal sealed class ApiException : Exception
{
    private ApiException(int code, string reason, string message, JsonObject? details = null) : base(message)
    {
        Code = code;
        Reason = reason;
        Details = details;
    }

    public int Code { get; }

    public string Reason { get; }

    private JsonObject? Details { get; }

    /// <summary>With an expired list: where to go on all the same.</summary>
    private string? ContinueToken { get; init; }

    /// <summary>Seconds for the Retry-After header, when trying again makes sense.</summary>
    public long? RetryAfter => Details?["retryAfterSeconds"]?.GetValue<long>();

    public JsonObject ToStatus()
    {
        var status = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = ContinueToken is null ? new JsonObject() : new JsonObject { ["continue"] = ContinueToken },
            ["status"] = "Failure",
            ["message"] = Message,
            ["reason"] = Reason,
        };
        if (Details is not null)
            status["details"] = Details.DeepClone();
        status["code"] = Code;
        return status;
    }

    public static ApiException NotFound(ResourceType type, string name) =>
        new(404, "NotFound", $"{type.QualifiedResource} \"{name}\" not found", About(type.Group, type.Plural, name));

    /// <summary>The path names no resource that is served.</summary>
    public static ApiException NoSuchPath() => new(404, "NotFound", "the server could not find the requested resource", new JsonObject());

    public static ApiException AlreadyExists(ResourceType type, string name) =>
        new(409, "AlreadyExists", $"{type.QualifiedResource} \"{name}\" already exists", About(type.Group, type.Plural, name));

    public static ApiException Conflict(ResourceType type, string name, string why = "the object has been modified; please apply your changes to the latest version and try again") =>
        new(409, "Conflict", $"Operation cannot be fulfilled on {type.QualifiedResource} \"{name}\": {why}", About(type.Group, type.Plural, name));

    /// <summary>Server-side apply met fields that others own.</summary>
    public static ApiException ApplyConflict(string message, IEnumerable<(string Message, string Field)> conflicts) =>
        new(409, "Conflict", message, new JsonObject
        {
            ["causes"] = new JsonArray([.. conflicts.Select(c => (JsonNode)new JsonObject { ["reason"] = "FieldManagerConflict", ["message"] = c.Message, ["field"] = c.Field })]),
        });

    public static ApiException BadRequest(string message) => new(400, "BadRequest", message);

    public static ApiException UnprocessablePatch(string message) => new(422, "Invalid", message, new JsonObject());

    public static ApiException Unauthorized() => new(401, "Unauthorized", "Unauthorized");

    public static ApiException Forbidden(ResourceType type, string name, string why, params ReadOnlySpan<(string Reason, string Message, string Field)> causes)
    {
        var details = About(type.Group, type.Plural, name);
        if (causes.Length > 0)
        {
            var list = new JsonArray();
            foreach (var (reason, message, field) in causes)
                list.Add((JsonNode)new JsonObject { ["reason"] = reason, ["message"] = message, ["field"] = field });
            details["causes"] = list;
        }
        return new ApiException(403, "Forbidden", $"{type.QualifiedResource} \"{name}\" is forbidden: {why}", details);
    }

    /// <summary>A ValidatingAdmissionPolicy refuses.</summary>
    public static ApiException Denied(ResourceType type, string name, string why) =>
        new(422, "Invalid", $"{type.QualifiedResource} \"{name}\" is forbidden: {why}", About(type.Group, type.Plural, name));

    public static ApiException MethodNotAllowed(string? resource = null) =>
        new(405, "MethodNotAllowed", resource is null ? "the server does not allow this method on the requested resource" : $"{resource} does not support this method", new JsonObject());

    public static ApiException NotAcceptable(string accepted) =>
        new(406, "NotAcceptable", $"only the following media types are accepted: {accepted}", new JsonObject());

    public static ApiException UnsupportedMediaType(string accepted) =>
        new(415, "UnsupportedMediaType", $"the body of the request was in an unknown format - accepted media types include: {accepted}", new JsonObject());

    public static ApiException Expired(string message, string? continueToken = null) => new(410, "Expired", message) { ContinueToken = continueToken };

    public static ApiException TooOld(long asked, long oldest) => Expired($"too old resource version: {asked} ({oldest})");

    public static ApiException TooLarge(long asked, long current) =>
        new(504, "Timeout", $"Too large resource version: {asked}, current: {current}", new JsonObject
        {
            ["causes"] = new JsonArray(new JsonObject { ["reason"] = "ResourceVersionTooLarge", ["message"] = "Too large resource version" }),
            ["retryAfterSeconds"] = 1L,
        });

    public static ApiException TooManyRequests(string message, long retryAfterSeconds) =>
        new(429, "TooManyRequests", message, new JsonObject { ["retryAfterSeconds"] = retryAfterSeconds });

    public static ApiException Internal(string message) => new(500, "InternalError", "Internal error occurred: " + message);

    public static ApiException Invalid(ResourceType type, string name, IReadOnlyCollection<FieldError> errors) => Invalid(type.Group, type.Kind, name, errors);

    public static ApiException Invalid(string group, string kind, string name, IReadOnlyCollection<FieldError> errors)
    {
        var all = errors.Select(e => e.ToString()).Distinct(StringComparer.Ordinal).ToImmutableArray();
        var qualified = group.Length == 0 ? kind : $"{kind}.{group}";
        var details = About(group, kind, name);
        details["causes"] = new JsonArray([.. errors.Select(e => (JsonNode)new JsonObject { ["reason"] = e.Reason, ["message"] = e.Detail, ["field"] = e.Path })]);
        return new ApiException(422, "Invalid", $"{qualified} \"{name}\" is invalid: {(all.Length == 1 ? all[0] : $"[{string.Join(", ", all)}]")}", details);
    }

    private static JsonObject About(string group, string kind, string name)
    {
        var details = new JsonObject { ["name"] = name };
        if (group.Length > 0)
            details["group"] = group;
        details["kind"] = kind;
        return details;
    }
}
