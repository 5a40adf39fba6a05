using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using Overlay.Api.Objects;

namespace Overlay.Kube.Entities;

public sealed partial class EntityClient<T>
{
    /// <summary>Sends a request and turns each way to fail into a <see cref="KubernetesException"/>. The caller disposes the answer.</summary>
    internal async Task<HttpResponseMessage> SendAsync(
        string attempt, HttpRequestMessage request, HttpCompletionOption completion, CancellationToken cancel)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(_connection.Settings.RequestTimeout);
        try
        {
            if (!request.Headers.Contains("Accept"))
                request.Headers.TryAddWithoutValidation("Accept", Accept(list: false));
            var answer = await _connection.SendAsync(request, completion, timeout.Token);
            if (answer.IsSuccessStatusCode)
                return answer;
            using (answer)
                throw new KubernetesException(attempt, await ReadStatusAsync(answer, timeout.Token));
        }
        catch (Exception e) when (IsTransport(e) && !cancel.IsCancellationRequested)
        {
            throw Unreachable(attempt, e);
        }
        finally
        {
            request.Dispose();
        }
    }

    /// <summary>The media types asked for; a server that can not cut objects down answers with whole ones.</summary>
    internal string Accept(bool list) => (_options.MetadataOnly, list) switch
    {
        (false, _) => "application/json",
        (true, true) => "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json",
        (true, false) => "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json",
    };

    /// <summary>Whether an exception says that the connection failed, not the program.</summary>
    internal static bool IsTransport(Exception e) =>
        e is HttpRequestException or IOException or SocketException or AuthenticationException or OperationCanceledException;

    internal KubernetesException Unreachable(string attempt, Exception e) =>
        new(attempt, new Status { Code = 0, Message = $"{_connection.Settings.Server} could not be reached: {Reason(e)}" }, e);

    private string Reason(Exception e) => e switch
    {
        OperationCanceledException => $"no answer within {_connection.Settings.RequestTimeout.TotalSeconds:0} s",
        { InnerException: { } inner } when inner.Message != e.Message => $"{e.Message} ({inner.Message})",
        _ => e.Message,
    };

    private async Task<T> SendForObjectAsync(string verb, ObjectKey key, HttpRequestMessage request, CancellationToken cancel)
    {
        var attempt = Attempt(verb, key);
        using var answer = await SendAsync(attempt, request, HttpCompletionOption.ResponseContentRead, cancel);
        try
        {
            return Parse(await answer.Content.ReadAsByteArrayAsync(cancel));
        }
        catch (JsonException e)
        {
            throw new KubernetesException(attempt, new Status { Code = 0, Message = $"the server's answer is no {Kind.Kind}: {e.Message}" }, e);
        }
    }

    private T Parse(byte[] body)
    {
        var reader = new Utf8JsonReader(body);
        reader.Read();
        return _parser.Read(ref reader, out var unreadable) ?? unreadable!.Replacement ?? throw new JsonException(unreadable.Problem);
    }

    private static async Task<Status> ReadStatusAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        var status = new Status();
        var body = await answer.Content.ReadAsByteArrayAsync(cancel);
        try
        {
            status = JsonSerializer.Deserialize(body, WireJson.Default.Status) ?? status;
        }
        catch (JsonException)
        {
            // A proxy in between answers in its own words, or none.
            var text = System.Text.Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 200))).Trim();
            status = new Status { Message = text.Length > 0 ? text : answer.ReasonPhrase };
        }

        return status with
        {
            Code = (int)answer.StatusCode,
            Reason = status.Reason ?? ReasonOf(answer.StatusCode),
            Details = RetryAfter(answer.Headers.RetryAfter) is { } seconds
                ? (status.Details ?? new StatusDetails()) with { RetryAfterSeconds = seconds }
                : status.Details,
        };
    }

    private static string ReasonOf(HttpStatusCode code) => code == HttpStatusCode.Conflict ? "Conflict" : code.ToString();

    // The API server sends seconds, never a date.
    private static int? RetryAfter(RetryConditionHeaderValue? header) => (int?)header?.Delta?.TotalSeconds;
}
