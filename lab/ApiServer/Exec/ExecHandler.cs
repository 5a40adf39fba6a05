using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Http;
using Overlay.Lab.ApiServer.Objects;

namespace Overlay.Lab.ApiServer.Exec;

/// <summary>pods/exec over WebSocket, as kubectl asks for it since 1.31. There are no terminals, and nothing for the SPDY of older ones.</summary>
internal sealed class ExecHandler(IPodPrograms? programs)
{
    public async Task HandleAsync(ApiRequest request)
    {
        var pod = request.Cluster.Get(request.Type, request.Key).ToNode();
        if (programs is null)
            throw ApiException.BadRequest("this API server has no nodes, so nothing runs in its pods");
        if (!request.Http.WebSockets.IsWebSocketRequest)
            throw ApiException.BadRequest("exec is served over WebSocket alone (kubectl 1.31 or later)");
        if (request.Flag("tty"))
            throw ApiException.BadRequest("there are no terminals in this lab: leave -t away");
        var protocol = ExecChannels.Protocols.FirstOrDefault(request.Http.WebSockets.WebSocketRequestedProtocols.Contains)
            ?? throw ApiException.BadRequest($"the subprotocol must be {string.Join(" or ", ExecChannels.Protocols)}");
        var (container, command) = Asked(request, pod);
        using var socket = await request.Http.WebSockets.AcceptWebSocketAsync(protocol);
        Process process;
        try
        {
            process = programs.Start(pod, container, command);
        }
        catch (LabException e)
        {
            // Told in the stream, as a kubelet does: whoever meets an error before it tries SPDY next.
            await socket.SendAsync(ExecChannels.Failed(e.Message), WebSocketMessageType.Binary, true, request.Aborted);
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, request.Aborted);
            return;
        }

        await RunAsync(socket, process, request);
    }

    private static async Task RunAsync(WebSocket socket, Process process, ApiRequest request)
    {
        using var owned = process;
        try
        {
            await ServeAsync(socket, process, request);
        }
        catch (WebSocketException)
        {
            // The client went away in the middle; so does its program.
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private static (string Container, string[] Command) Asked(ApiRequest request, JsonObject pod)
    {
        var containers = pod.Object("spec")?["containers"]?.AsArray().Select(c => (string)c!["name"]!).ToList() ?? [];
        var container = request.Query("container") is { Length: > 0 } named ? named : containers.FirstOrDefault() ?? "";
        if (!containers.Contains(container, StringComparer.Ordinal))
            throw ApiException.BadRequest($"container {container} is not valid for pod {request.Key.Name}");
        string[] command = [.. request.Http.Request.Query["command"].OfType<string>()];
        if (command.Length == 0)
            throw ApiException.BadRequest("you must specify at least 1 command for the container");
        return (container, command);
    }

    private static async Task ServeAsync(WebSocket socket, Process process, ApiRequest request)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(request.Aborted);
        using var turn = new SemaphoreSlim(1);
        var input = InputAsync(socket, process, request.Flag("stdin"), gone);
        var output = PumpAsync(process.StandardOutput.BaseStream, ExecChannels.Output);
        var errors = PumpAsync(process.StandardError.BaseStream, ExecChannels.Errors);
        try
        {
            await Task.WhenAll(output, errors);
            await process.WaitForExitAsync(gone.Token);
            await SayAsync(ExecChannels.Ended(process.ExitCode));
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, gone.Token);
            await Task.WhenAny(input, Task.Delay(TimeSpan.FromSeconds(2), gone.Token));
        }
        finally
        {
            await gone.CancelAsync();
            await input;
        }

        async Task PumpAsync(Stream stream, byte channel)
        {
            var buffer = new byte[32 * 1024];
            while (await stream.ReadAsync(buffer, gone.Token) is var length and > 0)
                await SayAsync(ExecChannels.Message(channel, buffer.AsSpan(0, length)));
        }

        async Task SayAsync(byte[] message)
        {
            await turn.WaitAsync(gone.Token);
            try
            {
                await socket.SendAsync(message, WebSocketMessageType.Binary, true, gone.Token);
            }
            finally
            {
                turn.Release();
            }
        }
    }

    /// <summary>Hands stdin on; when the client goes away, all the rest is given up.</summary>
    private static async Task InputAsync(WebSocket socket, Process process, bool wanted, CancellationTokenSource gone)
    {
        try
        {
            if (!wanted)
                process.StandardInput.Close();
            var buffer = new byte[64 * 1024];
            while (await socket.ReceiveAsync(buffer.AsMemory(), gone.Token) is { MessageType: not WebSocketMessageType.Close } got)
                await HandOnAsync(process.StandardInput, buffer.AsMemory(0, wanted ? got.Count : 0), gone.Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // The client is gone.
        }

        await gone.CancelAsync();
    }

    private static async Task HandOnAsync(StreamWriter input, ReadOnlyMemory<byte> message, CancellationToken cancel)
    {
        try
        {
            if (message.Span is [ExecChannels.Close, ExecChannels.Input])
            {
                input.Close();
            }
            else if (message.Span is [ExecChannels.Input, _, ..])
            {
                await input.BaseStream.WriteAsync(message[1..], cancel);
                await input.BaseStream.FlushAsync(cancel);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The program no longer reads.
        }
    }
}
