using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Overlay.Lab.Api;

/// <summary>The API server refused; its Status says why.</summary>
public sealed class ApiFailure : Exception
{
    internal ApiFailure(HttpStatusCode code, string attempted, string reason, string message)
        : base($"{attempted}: {(int)code} {reason}: {message}")
    {
        Code = code;
        Reason = reason;
    }

    /// <summary>The HTTP status.</summary>
    public HttpStatusCode Code { get; }

    /// <summary>The Status' reason, as <c>AlreadyExists</c>.</summary>
    public string Reason { get; }

    internal static async Task<ApiFailure> FromAsync(HttpResponseMessage answer, string attempted, CancellationToken cancel)
    {
        var text = await answer.Content.ReadAsStringAsync(cancel);
        try
        {
            var status = JsonNode.Parse(text) as JsonObject;
            return new ApiFailure(answer.StatusCode, attempted, (string?)status?["reason"] ?? "", (string?)status?["message"] ?? text);
        }
        catch (JsonException)
        {
            return new ApiFailure(answer.StatusCode, attempted, "", text);
        }
    }
}
