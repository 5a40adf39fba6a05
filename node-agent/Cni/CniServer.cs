using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Overlay.Cni.Frames;
using Overlay.Netlink;
using Overlay.NodeAgent.Pods;
using Overlay.NodeAgent.Sockets;

namespace Overlay.NodeAgent.Cni;

/// <summary>Serves the plugin on a socket of root's: frames bounded, each client with its own deadline.</summary>
internal sealed class CniServer : IDisposable
{
    /// <summary>Calls served at once; a node starts 110 pods, some runtimes all of them at the same moment.</summary>
    private const int MaxClients = 512;

    private readonly CniHandler _handler;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly RootSocket _socket;

    /// <summary>A server; it does not listen yet.</summary>
    /// <param name="path">The socket's file.</param>
    /// <param name="handler">Carries calls out.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Hears of what goes wrong.</param>
    public CniServer(string path, CniHandler handler, TimeProvider time, ILogger<CniServer> log)
    {
        (_handler, _time, _log) = (handler, time, log);
        _socket = new RootSocket(path, MaxClients, ServeAsync, time, log);
    }

    /// <summary>Whether plugins can connect.</summary>
    public bool IsServing => _socket.IsServing;

    /// <summary>Takes the socket's path over and listens.</summary>
    public void Listen() => _socket.Listen();

    /// <summary>Serves until cancelled; then lets calls in flight end.</summary>
    public Task RunAsync(CancellationToken cancellation) => _socket.RunAsync(cancellation);

    /// <inheritdoc />
    public void Dispose() => _socket.Dispose();

    private async Task ServeAsync(Socket client, CancellationToken cancellation)
    {
        var request = await ReceiveRequestAsync(client, cancellation);
        if (request is not var (environment, stdin, folder))
        {
            CniLog.Refused(_log, "it did not send a frame of ours");
            return;
        }

        if (folder is not null)
            NamespaceFolders.Learn(NamespacePath(environment), folder);
        var answer = await _handler.HandleAsync(environment, stdin, cancellation);
        var delivered = await DeliverAsync(client, answer);
        try
        {
            if (answer.Settle is { } settle)
                await settle(delivered);
        }
        catch (Exception error)
        {
            CniLog.SettleFailed(_log, error);
        }
    }

    private async Task<(ReadOnlyMemory<byte> Environment, ReadOnlyMemory<byte> Stdin, NamespaceFolder? Folder)?> ReceiveRequestAsync(Socket client, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(RootSocket.Patience, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        var header = new byte[RequestFrame.HeaderLength];
        await client.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, both.Token);
        var got = NamespaceFolder.Receive(client, header, out var folder);
        try
        {
            if (got == 0 || !await RootSocket.FillAsync(client, header.AsMemory(got), both.Token) || !RequestFrame.TryReadHeader(header, out var environment, out var stdin))
                return null;
            var body = new byte[environment + stdin];
            if (!await RootSocket.FillAsync(client, body, both.Token))
                return null;
            var kept = folder;
            folder = null;
            return (body.AsMemory(0, environment), body.AsMemory(environment), kept);
        }
        finally
        {
            folder?.Dispose();
        }
    }

    /// <summary>CNI_NETNS; a call without one comes with the usual folder.</summary>
    private static string NamespacePath(ReadOnlyMemory<byte> environment)
    {
        try
        {
            return new CallEnvironment(environment.Span).NetworkNamespace ?? Meeting.DefaultNamespaces + "/";
        }
        catch (CniException)
        {
            // The call is refused for it, with words.
            return "";
        }
    }

    /// <summary>Sends the answer and waits for the plugin's acknowledgement; true when it came.</summary>
    private async Task<bool> DeliverAsync(Socket client, CniAnswer answer)
    {
        try
        {
            using var deadline = new CancellationTokenSource(RootSocket.Patience, _time);
            await RootSocket.SendAsync(client, AnswerFrame.Build(answer.ExitCode, answer.Stdout.Span), deadline.Token);
            if (answer.Settle is null)
                return true;
            var acknowledgement = new byte[1];
            return await RootSocket.FillAsync(client, acknowledgement, deadline.Token) && acknowledgement[0] == AnswerFrame.Acknowledgement;
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            return false;
        }
    }
}
