using System.Globalization;
using Overlay.Lab.ApiServer.Http;
using Overlay.Lab.ApiServer.Rendering;
using Overlay.Lab.ApiServer.Selectors;
using Overlay.Lab.ApiServer.Storage;

namespace Overlay.Lab.ApiServer.Requests;

/// <summary>Lists: at the newest, an exact or a minimal version, selected, and in pages that stay at one version.</summary>
internal static class ListHandler
{
    public static Task ListAsync(ApiRequest request) => Renderer.For(request).WriteListAsync(request.Http, Page(request));

    public static IEnumerable<StoredObject> Select(ApiRequest request, ResourceSnapshot snapshot, StoreKey? start = null)
    {
        var labels = LabelQuery.Parse(request.Query("labelSelector"));
        var fields = FieldSelector.Parse(request.Query("fieldSelector"), request.Type);
        if (start is null && fields.Name is { } name && (request.Path.Namespace.Length > 0 || !request.Type.Namespaced))
        {
            return snapshot.Find(new StoreKey(request.Path.Namespace, name)) is { } one && labels.Matches(one.Labels) && fields.Matches(one) ? [one] : [];
        }
        return snapshot.From(request.Path.Namespace, start).Where(o => labels.Matches(o.Labels) && fields.Matches(o));
    }

    /// <exception cref="ApiException">400 when it is not a version.</exception>
    public static long? ParseVersion(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : throw ApiException.BadRequest($"resourceVersion: Invalid value: \"{text}\": strconv.ParseUint: parsing \"{text}\": invalid syntax");
    }

    private static ListPage Page(ApiRequest request)
    {
        var limit = long.TryParse(request.Query("limit"), CultureInfo.InvariantCulture, out var given) && given > 0 ? given : long.MaxValue;
        var token = request.Query("continue") is { Length: > 0 } text ? ContinueToken.Decode(text) : null;
        var snapshot = token is null ? Snapshot(request) : Resume(request, token);
        var items = new List<StoredObject>();
        StoredObject? more = null;
        var remaining = 0L;
        foreach (var item in Select(request, snapshot, token?.Start))
        {
            if (items.Count < limit)
                items.Add(item);
            else
            {
                more ??= item;
                remaining++;
            }
        }
        var selective = request.Query("labelSelector") is { Length: > 0 } || request.Query("fieldSelector") is { Length: > 0 };
        var next = more is null ? null : new ContinueToken(snapshot.ResourceVersion, more.Key).Encode();
        return new ListPage(items, snapshot.ResourceVersion, next, more is null || selective ? null : remaining);
    }

    private static ResourceSnapshot Resume(ApiRequest request, ContinueToken token)
    {
        var store = request.Cluster.Store;
        if (token.ResourceVersion == ContinueToken.Inconsistent)
            return store.Current(request.Type.StorageKey);
        return store.At(request.Type.StorageKey, token.ResourceVersion)
            ?? throw ApiException.Expired("The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.",
                new ContinueToken(ContinueToken.Inconsistent, token.Start).Encode());
    }

    private static ResourceSnapshot Snapshot(ApiRequest request)
    {
        var store = request.Cluster.Store;
        var version = ParseVersion(request.Query("resourceVersion"));
        var match = request.Query("resourceVersionMatch");
        if (!string.IsNullOrEmpty(match))
        {
            if (match is not ("Exact" or "NotOlderThan"))
                throw ApiException.BadRequest($"resourceVersionMatch: Unsupported value: \"{match}\": supported values: \"Exact\", \"NotOlderThan\"");
            if (version is null)
                throw ApiException.BadRequest("resourceVersionMatch is forbidden unless resourceVersion is provided");
            if (match is "Exact" && version == 0)
                throw ApiException.BadRequest("resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
        }
        var current = store.Current(request.Type.StorageKey);
        if (version > current.ResourceVersion)
            throw ApiException.TooLarge(version.Value, current.ResourceVersion);

        // Without a match rule a page with a version means exactly that version, a whole list means "not older".
        var exact = match is "Exact" || (string.IsNullOrEmpty(match) && version > 0 && request.Query("limit") is { Length: > 0 } and not "0");
        return exact
            ? store.At(request.Type.StorageKey, version!.Value) ?? throw ApiException.Expired($"The resourceVersion for the provided list is too old.")
            : current;
    }
}
