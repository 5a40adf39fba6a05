using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Overlay.Lab.ApiServer.Objects;
using Overlay.Lab.ApiServer.Policies;

namespace Overlay.Lab.ApiServer.Http;

/// <summary>Who somebody is (by bearer token) and what they may do (everything): the review kinds that are answered and never stored.</summary>
internal static class Reviews
{
    private const string Everybody = "system:admin";

    /// <summary>The user of the request's token; null when tokens are asked for and it has none that is known.</summary>
    public static string? UserOf(HttpContext http, EmbeddedApiServerOptions options) => RequesterOf(http, options)?.Name;

    /// <summary>The same, with what the token says of its node.</summary>
    public static Requester? RequesterOf(HttpContext http, EmbeddedApiServerOptions options)
    {
        if (options.Tokens.IsEmpty)
            return new Requester(Everybody, null);
        var header = http.Request.Headers.Authorization.ToString();
        return header.StartsWith("Bearer ", StringComparison.Ordinal) && options.Tokens.GetValueOrDefault(header["Bearer ".Length..].Trim()) is { } user ? Requester.Parse(user) : null;
    }

    public static async Task<bool> TryHandleAsync(HttpContext http, EmbeddedApiServerOptions options)
    {
        var path = http.Request.Path.Value ?? "";
        Action<JsonObject>? answer = path[(path.LastIndexOf('/') + 1)..] switch
        {
            "selfsubjectaccessreviews" or "subjectaccessreviews" or "localsubjectaccessreviews" => review => review["status"] = new JsonObject { ["allowed"] = true },
            "selfsubjectrulesreviews" => review => review["status"] = AllRules(),
            "selfsubjectreviews" => review => review["status"] = new JsonObject { ["userInfo"] = User(UserOf(http, options)) },
            "tokenreviews" => review => review["status"] = Token(review, options),
            _ => null,
        };
        if (answer is null || !path.StartsWith("/apis/auth", StringComparison.Ordinal))
            return false;

        // Newer kubectl asks in protobuf; the answer to a question about oneself does not depend on its body.
        var body = Bodies.MediaType(http.Request).EndsWith("protobuf", StringComparison.Ordinal) && !path.EndsWith("/tokenreviews", StringComparison.Ordinal)
            ? SelfReview(path)
            : (await Bodies.ReadObjectAsync(http)).Node;
        answer(body);
        await http.WriteAsync(body, 201);
        return true;
    }

    private static JsonObject SelfReview(string path) => new()
    {
        ["kind"] = path[(path.LastIndexOf('/') + 1)..] switch
        {
            "selfsubjectaccessreviews" => "SelfSubjectAccessReview",
            "selfsubjectrulesreviews" => "SelfSubjectRulesReview",
            "selfsubjectreviews" => "SelfSubjectReview",
            "localsubjectaccessreviews" => "LocalSubjectAccessReview",
            _ => "SubjectAccessReview",
        },
        ["apiVersion"] = string.Join('/', path.Split('/', StringSplitOptions.RemoveEmptyEntries)[1..3]),
        ["metadata"] = new JsonObject(),
        ["spec"] = new JsonObject(),
    };

    private static JsonObject AllRules() => new()
    {
        ["resourceRules"] = new JsonArray(new JsonObject { ["verbs"] = new JsonArray("*"), ["apiGroups"] = new JsonArray("*"), ["resources"] = new JsonArray("*") }),
        ["nonResourceRules"] = new JsonArray(new JsonObject { ["verbs"] = new JsonArray("*"), ["nonResourceURLs"] = new JsonArray("*") }),
        ["incomplete"] = false,
    };

    private static JsonObject Token(JsonObject review, EmbeddedApiServerOptions options)
    {
        var token = review.Object("spec")?.Text("token") ?? "";
        var user = options.Tokens.IsEmpty ? Everybody : options.Tokens.GetValueOrDefault(token);
        return user is null ? new JsonObject { ["error"] = "invalid bearer token" } : new JsonObject { ["authenticated"] = true, ["user"] = User(Requester.Parse(user).Name) };
    }

    private static JsonObject User(string? name) => new() { ["username"] = name, ["groups"] = new JsonArray("system:masters", "system:authenticated") };
}
