using Microsoft.AspNetCore.Http;
using Overlay.Lab.ApiServer.Discovery;
using Overlay.Lab.ApiServer.Exec;
using Overlay.Lab.ApiServer.OpenApi;
using Overlay.Lab.ApiServer.Requests;

namespace Overlay.Lab.ApiServer.Http;

/// <summary>Every request comes in here: who asks, then by path to what answers, and every error out as a Status.</summary>
internal sealed class FrontDoor(Cluster cluster, EmbeddedApiServerOptions options, CancellationToken stopping)
{
    private readonly ResourceHandler resources = new(cluster, new WatchHandler(options, stopping), new ExecHandler(options.Programs));
    private readonly DiscoveryHandler discovery = new(cluster);
    private readonly OpenApiHandler openApi = new(cluster);
    private readonly LabControls controls = new(cluster);
    private readonly RequestLog? requests = options.RequestFile is { } file ? new RequestLog(file) : null;

    public async Task HandleAsync(HttpContext http)
    {
        try
        {
            var requester = Reviews.RequesterOf(http, options);
            if (requester is null && http.Request.Path.Value is not ("/healthz" or "/livez" or "/readyz"))
                throw ApiException.Unauthorized();
            requester?.Note(http);
            await RouteAsync(http);
        }
        catch (ApiException problem)
        {
            await http.WriteAsync(problem);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested || stopping.IsCancellationRequested)
        {
            // The client is gone: nobody to answer.
        }
        catch (Exception e)
        {
            await Console.Error.WriteLineAsync($"{http.Request.Method} {http.Request.Path}{http.Request.QueryString}: {e}");
            await http.WriteAsync(ApiException.Internal(e.Message));
        }
    }

    private async Task RouteAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "";
        if (path is "/healthz" or "/livez" or "/readyz" || path.StartsWith("/livez/", StringComparison.Ordinal) || path.StartsWith("/readyz/", StringComparison.Ordinal))
            await http.WriteTextAsync("ok");
        else if (path is "/version")
            await http.WriteAsync(ServerVersion.Document());
        else if (path.StartsWith("/openapi/", StringComparison.Ordinal))
            await openApi.HandleAsync(http);
        else if (path.StartsWith("/lab/", StringComparison.Ordinal))
            await controls.HandleAsync(http);
        else if (http.Request.Method is "GET" && await discovery.TryHandleAsync(http))
            return;
        else if (http.Request.Method is "POST" && await Reviews.TryHandleAsync(http, options))
            return;
        else
            await AnswerAsync(http, RequestPath.Parse(path) ?? throw ApiException.NoSuchPath());
    }

    private Task AnswerAsync(HttpContext http, RequestPath path)
    {
        requests?.Note(http, path);
        return resources.HandleAsync(http, path);
    }
}
