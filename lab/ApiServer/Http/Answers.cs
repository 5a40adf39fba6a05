using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Overlay.Lab.ApiServer.Objects;

namespace Overlay.Lab.ApiServer.Http;

/// <summary>Writes answers.</summary>
internal static class Answers
{
    public static Task WriteAsync(this HttpContext http, JsonNode body, int code = 200, string contentType = "application/json") =>
        http.WriteAsync(body.ToBytes(), code, contentType);

    public static async Task WriteAsync(this HttpContext http, ReadOnlyMemory<byte> body, int code = 200, string contentType = "application/json")
    {
        http.Response.StatusCode = code;
        http.Response.ContentType = contentType;
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    public static Task WriteTextAsync(this HttpContext http, string text, int code = 200) =>
        http.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text), code, "text/plain; charset=utf-8");

    public static async Task WriteAsync(this HttpContext http, ApiException problem)
    {
        if (http.Response.HasStarted)
            return;
        if (problem.RetryAfter is { } seconds)
            http.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        await http.WriteAsync(problem.ToStatus(), problem.Code);
    }

    /// <summary>RFC 7234's Warning header, which kubectl shows.</summary>
    public static void Warn(this HttpContext http, IEnumerable<string> warnings)
    {
        foreach (var warning in warnings.Distinct(StringComparer.Ordinal))
            http.Response.Headers.Append("Warning", $"299 - \"{warning.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"");
    }
}
