using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Overlay.Kube.Entities;

public sealed partial class EntityClient<T>
{
    /// <summary>Lists one page. The objects are parsed as they arrive: memory is needed for them, not for the text.</summary>
    /// <param name="selection">Which objects.</param>
    /// <param name="options">Which page, and how fresh.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<EntityList<T>> ListAsync(EntitySelection selection, ListOptions options, CancellationToken cancel)
    {
        var items = new List<T>();
        var meta = await ListAsync(selection, options, items.Add, null, cancel);
        return new EntityList<T>(items, meta.ResourceVersion, meta.Continue);
    }

    /// <summary>Lists all pages.</summary>
    /// <param name="selection">Which objects.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="pageSize">The most objects of a page.</param>
    public async IAsyncEnumerable<T> ListAllAsync(EntitySelection selection, [EnumeratorCancellation] CancellationToken cancel, int pageSize = 500)
    {
        string? next = null;
        do
        {
            var page = await ListAsync(selection, new ListOptions { Limit = pageSize, Continue = next }, cancel);
            foreach (var item in page.Items)
                yield return item;
            next = page.Continue;
        }
        while (next is not null);
    }

    /// <summary>Lists one page into <paramref name="take"/>, object by object; see <see cref="ListReader{T}"/> for <paramref name="unreadable"/>.</summary>
    internal async Task<WireListMeta> ListAsync(
        EntitySelection selection, ListOptions options, Action<T> take, Action<Unreadable<T>>? unreadable, CancellationToken cancel)
    {
        var path = RequestPath.Collection(Kind, selection)
            .With("limit", options.Limit)
            .With("continue", options.Continue)
            // A continue token holds its own version; the server refuses both.
            .With("resourceVersion", options.Continue is null ? options.ResourceVersion : null);
        var request = new HttpRequestMessage(HttpMethod.Get, path.ToUri());
        request.Headers.TryAddWithoutValidation("Accept", Accept(list: true));
        var attempt = Attempt("list");

        using var answer = await SendAsync(attempt, request, HttpCompletionOption.ResponseHeadersRead, cancel);
        // Each read may take a request's time: a long list is fine, a silent one is not.
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        try
        {
            await using var body = await answer.Content.ReadAsStreamAsync(cancel);
            using var reader = new ListReader<T>(_parser, take, unreadable);
            do
                silence.CancelAfter(_connection.Settings.RequestTimeout);
            while (await reader.ReadAsync(body, silence.Token));
            return reader.Meta;
        }
        catch (JsonException e)
        {
            throw new KubernetesException(attempt, new Status { Code = 0, Message = $"the server's answer is no list of {Kind.Plural}: {e.Message}" }, e);
        }
        catch (Exception e) when (IsTransport(e) && !cancel.IsCancellationRequested)
        {
            throw Unreachable(attempt, e);
        }
    }
}
