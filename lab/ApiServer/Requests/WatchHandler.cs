using System.Globalization;
using Overlay.Lab.ApiServer.Http;
using Overlay.Lab.ApiServer.Objects;
using Overlay.Lab.ApiServer.Rendering;
using Overlay.Lab.ApiServer.Selectors;
using Overlay.Lab.ApiServer.Storage;

namespace Overlay.Lab.ApiServer.Requests;

/// <summary>Watches: initial events where asked for, changes as they come, bookmarks, and an end at the time-out.</summary>
internal sealed class WatchHandler(EmbeddedApiServerOptions options, CancellationToken stopping)
{
    public async Task WatchAsync(ApiRequest request)
    {
        using var lifetime = CancellationTokenSource.CreateLinkedTokenSource(request.Aborted, stopping);
        lifetime.CancelAfter(Timeout(request));
        var renderer = Renderer.For(request);
        var version = ListHandler.ParseVersion(request.Query("resourceVersion"));
        var sendInitial = CheckInitialEvents(request);
        var labels = LabelQuery.Parse(request.Query("labelSelector"));
        var fields = Fields(request);

        Subscription subscription;
        if (version is null or 0 || sendInitial is not null)
            subscription = request.Cluster.Store.SubscribeNow(request.Type.StorageKey);
        else if (request.Cluster.Store.Subscribe(request.Type.StorageKey, version.Value) is { } resumed)
            subscription = resumed;
        else
        {
            await ExpiredAsync(request, ApiException.TooOld(version.Value, request.Cluster.Store.Revision));
            return;
        }

        using (subscription)
        {
            var selection = new WatchSelection(request.Path.Namespace, labels, fields);
            await StartAsync(request);
            var bookmarks = request.Flag("allowWatchBookmarks");
            var withInitial = sendInitial ?? version is null or 0;
            try
            {
                if (withInitial)
                    await SendStateAsync(request, renderer, selection, subscription.Start, endMark: sendInitial == true && bookmarks);
                await StreamAsync(request, renderer, selection, subscription, bookmarks, lifetime.Token);
            }
            catch (OperationCanceledException) when (lifetime.IsCancellationRequested)
            {
                // The client left, the time-out came or the server stops: each ends a watch without a word.
            }
        }
    }

    private async Task StreamAsync(ApiRequest request, Renderer renderer, WatchSelection selection, Subscription subscription, bool bookmarks, CancellationToken cancel)
    {
        var changes = subscription.Changes;
        var sent = subscription.Start.ResourceVersion;
        while (true)
        {
            if (!changes.TryRead(out var change))
            {
                await request.Http.Response.Body.FlushAsync(cancel);
                using var idle = CancellationTokenSource.CreateLinkedTokenSource(cancel);
                idle.CancelAfter(options.BookmarkInterval);
                try
                {
                    if (!await changes.WaitToReadAsync(idle.Token))
                        return;
                }
                catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
                {
                    if (bookmarks && Latest(request, changes) is { } latest)
                        await SendAsync(request, "BOOKMARK", renderer.Bookmark(sent = Math.Max(sent, latest), initialEventsEnd: false));
                }
                continue;
            }
            sent = change.ResourceVersion;
            if (selection.Judge(change) is var (kind, shown))
                await SendAsync(request, kind, renderer.Event(shown, change.ResourceVersion));
        }
    }

    /// <summary>The store's version, when nothing of this resource is waiting to be sent before it.</summary>
    private static long? Latest(ApiRequest request, System.Threading.Channels.ChannelReader<Change> changes)
    {
        var revision = request.Cluster.Store.Revision;
        return changes.TryPeek(out _) ? null : revision;
    }

    private static async Task SendStateAsync(ApiRequest request, Renderer renderer, WatchSelection selection, ResourceSnapshot state, bool endMark)
    {
        foreach (var item in state.From(request.Path.Namespace).Where(selection.Matches))
            await SendAsync(request, "ADDED", renderer.Event(item, item.ResourceVersion));
        if (endMark)
            await SendAsync(request, "BOOKMARK", renderer.Bookmark(state.ResourceVersion, initialEventsEnd: true));
    }

    private static async Task SendAsync(ApiRequest request, string kind, ReadOnlyMemory<byte> item)
    {
        var body = request.Http.Response.Body;
        await body.WriteAsync(System.Text.Encoding.ASCII.GetBytes($$"""{"type":"{{kind}}","object":"""));
        await body.WriteAsync(item);
        await body.WriteAsync("}\n"u8.ToArray());
    }

    private static async Task StartAsync(ApiRequest request)
    {
        request.Http.Response.StatusCode = 200;
        request.Http.Response.ContentType = "application/json";
        await request.Http.Response.StartAsync(request.Aborted);
        await request.Http.Response.Body.FlushAsync(request.Aborted);
    }

    /// <summary>The real server's watch cache opens the stream and says it there; etcd and proxies in front answer 410 outright.</summary>
    private async Task ExpiredAsync(ApiRequest request, ApiException expired)
    {
        if (options.ExpiredWatch == ExpiredWatch.HttpStatus)
            throw expired;
        await StartAsync(request);
        await SendAsync(request, "ERROR", expired.ToStatus().ToBytes());
    }

    private static FieldSelector Fields(ApiRequest request)
    {
        var given = request.Query("fieldSelector");
        if (request.Path.Name.Length > 0)
            given = string.IsNullOrEmpty(given) ? $"metadata.name={request.Path.Name}" : $"{given},metadata.name={request.Path.Name}";
        return FieldSelector.Parse(given, request.Type);
    }

    private TimeSpan Timeout(ApiRequest request) =>
        int.TryParse(request.Query("timeoutSeconds"), CultureInfo.InvariantCulture, out var seconds) && seconds > 0
            ? TimeSpan.FromSeconds(seconds)
            : options.WatchTimeout * (1 + Random.Shared.NextDouble());

    /// <summary>sendInitialEvents and what it demands (the watch-list of KEP-3157).</summary>
    private static bool? CheckInitialEvents(ApiRequest request)
    {
        var match = request.Query("resourceVersionMatch");
        var send = request.Query("sendInitialEvents");
        if (string.IsNullOrEmpty(send))
        {
            return string.IsNullOrEmpty(match)
                ? null
                : throw ApiException.Invalid("meta.k8s.io", "ListOptions", "", [Schemas.FieldError.Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided")]);
        }
        if (match is not "NotOlderThan")
            throw ApiException.Invalid("meta.k8s.io", "ListOptions", "", [Schemas.FieldError.Forbidden("resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan")]);
        return send is "true" or "1";
    }
}
