using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Overlay.Lab.Api;

/// <summary>The API server refused; its Status says why.</summary>
public sealed class ApiRefusedException : Exception
{
    internal ApiRefusedException(HttpStatusCode code, string attempted, string reason, string message)
        : base($"{attempted}: {(int)code} {reason}: {message}")
    {
        Code = code;
        Reason = reason;
    }

    /// <summary>The HTTP status.</summary>
    public HttpStatusCode Code { get; }

    /// <summary>The Status' reason, as <c>AlreadyExists</c>.</summary>
    public string Reason { get; }

    internal static async Task<ApiRefusedException> FromAsync(HttpResponseMessage answer, string attempted, CancellationToken cancel)
    {
        var text = await answer.Content.ReadAsStringAsync(cancel);
        try
        {
            var status = JsonNode.Parse(text) as JsonObject;
            return new ApiRefusedException(answer.StatusCode, attempted, (string?)status?["reason"] ?? "", (string?)status?["message"] ?? text);
        }
        catch (JsonException)
        {
            return new ApiRefusedException(answer.StatusCode, attempted, "", text);
        }
    }
}
