using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using Overlay.Api.Objects;
using Overlay.Kube.Connection;
using Overlay.Kube.Core;
using Overlay.Kube.Entities;

namespace Overlay.Kube.Exec;

/// <summary>Runs a program in a running pod, as <c>kubectl exec</c> does: by the API server, with the rights of who asks (create on pods/exec).</summary>
/// <param name="connection">The shared connection.</param>
public sealed class PodExec(ClusterConnection connection)
{
    /// <summary>Runs it to its end.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="container">Its container.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="output">Takes stdout, piece by piece.</param>
    /// <param name="errors">Takes stderr.</param>
    /// <param name="cancel">Gives up; the program then loses its streams.</param>
    /// <returns>The program's exit code.</returns>
    /// <exception cref="KubernetesException">It was refused, could not be started, or the connection broke.</exception>
    public async Task<int> RunAsync(ObjectKey pod, string container, IReadOnlyList<string> command, Stream output, Stream errors, CancellationToken cancel)
    {
        var attempt = $"exec in pods {pod}";
        using var socket = new ClientWebSocket();
        foreach (var protocol in ExecMessages.Protocols)
            socket.Options.AddSubProtocol(protocol);
        socket.Options.CollectHttpResponseDetails = true;
        try
        {
            await OpenAsync(socket, PathOf(pod, container, command), cancel);
            return await ReceiveAsync(socket, attempt, output, errors, cancel);
        }
        catch (WebSocketException e) when (socket.HttpStatusCode is not (0 or HttpStatusCode.SwitchingProtocols))
        {
            throw new KubernetesException(attempt, new Status { Code = (int)socket.HttpStatusCode, Reason = socket.HttpStatusCode.ToString() }, e);
        }
        catch (Exception e) when (e is WebSocketException or IOException or HttpRequestException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            throw Broken(attempt, e.InnerException?.Message ?? e.Message, e);
        }
    }

    private async Task OpenAsync(ClientWebSocket socket, Uri path, CancellationToken cancel)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(connection.Settings.RequestTimeout);
        await connection.ConnectAsync(socket, path, timeout.Token);
    }

    private static async Task<int> ReceiveAsync(ClientWebSocket socket, string attempt, Stream output, Stream errors, CancellationToken cancel)
    {
        var buffer = new byte[32 * 1024];
        using var outcome = new MemoryStream();
        byte? channel = null; // of the message that is being received; it may come in parts
        while (true)
        {
            var got = await socket.ReceiveAsync(buffer.AsMemory(), cancel);
            if (got.MessageType == WebSocketMessageType.Close)
                break;
            var bytes = buffer.AsMemory(0, got.Count);
            if (channel is null && bytes.Length > 0)
                (channel, bytes) = (bytes.Span[0], bytes[1..]);
            if (!bytes.IsEmpty && (channel switch { ExecMessages.Output => output, ExecMessages.Errors => errors, ExecMessages.Outcome => outcome, _ => null }) is { } stream)
                await stream.WriteAsync(bytes, cancel);
            if (got.EndOfMessage)
                channel = null;
        }

        return outcome.Length == 0 ? throw Broken(attempt, "the server closed the connection before the program had ended") : ExitCodeOf(outcome.ToArray(), attempt);
    }

    private static int ExitCodeOf(byte[] outcome, string attempt)
    {
        try
        {
            var (code, status) = ExecMessages.ReadOutcome(outcome);
            return code ?? throw new KubernetesException(attempt, status with { Code = status.Code ?? (int)HttpStatusCode.InternalServerError });
        }
        catch (JsonException e)
        {
            throw Broken(attempt, $"how the program ended is not told in JSON: {e.Message}", e);
        }
    }

    private static Uri PathOf(ObjectKey pod, string container, IReadOnlyList<string> command) =>
        command
            .Aggregate(RequestPath.Object(Pod.Definition, pod, "exec"), (path, word) => path.With("command", word))
            .With("container", container)
            .With("stdout", "true")
            .With("stderr", "true")
            .ToUri();

    private static KubernetesException Broken(string attempt, string why, Exception? inner = null) => new(attempt, new Status { Code = 0, Message = why }, inner);
}
