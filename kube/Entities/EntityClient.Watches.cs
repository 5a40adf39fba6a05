using System.Runtime.CompilerServices;
using System.Text.Json;
using Overlay.Kube.Watching;

namespace Overlay.Kube.Entities;

public sealed partial class EntityClient<T>
{
    /// <summary>
    /// Watches objects until the server ends the watch. A <see cref="Reflector{T}"/> goes on from there; use it instead where a cache is wanted.
    /// </summary>
    /// <param name="selection">Which objects.</param>
    /// <param name="options">Where to start and when to end.</param>
    /// <param name="cancel">Ends the watch.</param>
    /// <exception cref="KubernetesException">The watch was refused, broke, or was silent for too long.</exception>
    public IAsyncEnumerable<WatchEvent<T>> WatchAsync(EntitySelection selection, WatchOptions options, CancellationToken cancel) =>
        WatchAsync(selection, options, static () => { }, cancel);

    /// <summary>As the other, and tells when the server has accepted the watch.</summary>
    internal async IAsyncEnumerable<WatchEvent<T>> WatchAsync(
        EntitySelection selection, WatchOptions options, Action opened, [EnumeratorCancellation] CancellationToken cancel)
    {
        var path = RequestPath.Collection(Kind, selection)
            .With("watch", "true")
            .With("allowWatchBookmarks", "true")
            .With("resourceVersion", options.ResourceVersion)
            .With("timeoutSeconds", Math.Max(1, (int)options.Timeout.TotalSeconds));
        var request = new HttpRequestMessage(HttpMethod.Get, path.ToUri());
        request.Headers.TryAddWithoutValidation("Accept", Accept(list: false));

        using var answer = await SendAsync(Attempt("watch"), request, HttpCompletionOption.ResponseHeadersRead, cancel);
        opened();
        await using var body = await answer.Content.ReadAsStreamAsync(cancel);
        using var reader = new WatchReader<T>(_parser);
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        while (true)
        {
            silence.CancelAfter(options.IdleTimeout);
            if (!await FillAsync(reader, body, options, silence.Token, cancel))
                yield break;
            while (TryRead(reader, out var taken))
                yield return taken;
        }
    }

    private static bool TryRead(WatchReader<T> reader, out WatchEvent<T> taken)
    {
        try
        {
            return reader.TryRead(out taken);
        }
        catch (JsonException e)
        {
            throw new KubernetesException(Attempt("watch"), new Status { Code = 0, Message = $"unreadable event: {e.Message}" }, e);
        }
    }

    private async ValueTask<bool> FillAsync(
        WatchReader<T> reader, Stream body, WatchOptions options, CancellationToken silence, CancellationToken cancel)
    {
        try
        {
            return await reader.FillAsync(body, silence);
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            var message = $"no event and no bookmark for {options.IdleTimeout.TotalSeconds:0.#} s, the connection counts as dead";
            throw new KubernetesException(Attempt("watch"), new Status { Code = 0, Reason = KubernetesException.Silence, Message = message }, e);
        }
        catch (Exception e) when (IsTransport(e) && !cancel.IsCancellationRequested)
        {
            throw Unreachable(Attempt("watch"), e);
        }
    }
}
