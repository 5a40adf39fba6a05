using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Overlay.Cni.Frames;

namespace Overlay.NodeAgent.Cni;

/// <summary>
/// Serves the plugin on a unix socket: 0600 in a 0700 directory, root's processes only (SO_PEERCRED), frames bounded, each client
/// with its own deadline, so that a slow or garbled one costs one slot for five seconds and nothing else.
/// </summary>
internal sealed class CniServer(string path, CniHandler handler, TimeProvider time, ILogger<CniServer> log) : IAsyncDisposable
{
    /// <summary>Calls served at once; a node starts 110 pods, some runtimes all of them at the same moment.</summary>
    private const int MaxClients = 512;

    /// <summary>How long a client may take to send its frame, and to acknowledge the answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _slots = new(MaxClients);
    private Socket? _listener;

    /// <summary>Whether clients can connect.</summary>
    public bool IsServing => _listener is not null;

    /// <summary>Takes the socket's path over and listens. A stale socket file of an earlier run is replaced.</summary>
    public void Listen()
    {
        var directory = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.SetUnixFileMode(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        // Bound under another name and moved in place when it is ready: a plugin never finds a socket that does not listen.
        var fresh = path + ".new";
        File.Delete(fresh);
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(fresh));
        File.SetUnixFileMode(fresh, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        listener.Listen(MaxClients);
        File.Move(fresh, path, overwrite: true);
        _listener = listener;
        CniLog.Serving(log, path);
    }

    /// <summary>Serves until cancelled; then lets calls in flight end.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await _slots.WaitAsync(cancellation);
                var client = await _listener!.AcceptAsync(cancellation);
                _ = ServeAndReleaseAsync(client, cancellation);
            }
            catch (OperationCanceledException)
            {
                break;
            }
            catch (SocketException error)
            {
                _slots.Release();
                CniLog.AcceptFailed(log, error);
                await Task.Delay(TimeSpan.FromMilliseconds(100), time, CancellationToken.None);
            }
        }

        for (var i = 0; i < MaxClients - 1; i++)
        {
            if (!await _slots.WaitAsync(Patience, CancellationToken.None))
                break;
        }
    }

    /// <summary>Stops listening. The socket file stays: the next agent replaces it, and until then connecting is refused at once.</summary>
    public ValueTask DisposeAsync()
    {
        _listener?.Dispose();
        _listener = null;
        _slots.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task ServeAndReleaseAsync(Socket client, CancellationToken cancellation)
    {
        try
        {
            using (client)
                await ServeAsync(client, cancellation);
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException or IOException)
        {
            CniLog.Refused(log, error.Message);
        }
        catch (Exception error)
        {
            CniLog.Unforeseen(log, "serving a client", error);
        }
        finally
        {
            _slots.Release();
        }
    }

    private async Task ServeAsync(Socket client, CancellationToken cancellation)
    {
        if (PeerUser(client) is not 0 and var user)
        {
            CniLog.Refused(log, $"user {user} is not root");
            return;
        }

        var request = await ReceiveRequestAsync(client, cancellation);
        if (request is not var (environment, stdin))
        {
            CniLog.Refused(log, "it did not send a frame of ours");
            return;
        }

        var answer = await handler.HandleAsync(environment, stdin, cancellation);
        var delivered = await DeliverAsync(client, answer);
        try
        {
            if (answer.Settle is { } settle)
                await settle(delivered);
        }
        catch (Exception error)
        {
            CniLog.SettleFailed(log, error);
        }
    }

    private async Task<(ReadOnlyMemory<byte> Environment, ReadOnlyMemory<byte> Stdin)?> ReceiveRequestAsync(Socket client, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        var header = new byte[RequestFrame.HeaderLength];
        if (!await FillAsync(client, header, both.Token) || !RequestFrame.TryReadHeader(header, out var environment, out var stdin))
            return null;
        var body = new byte[environment + stdin];
        return await FillAsync(client, body, both.Token) ? (body.AsMemory(0, environment), body.AsMemory(environment)) : null;
    }

    /// <summary>Sends the answer and waits for the plugin's acknowledgement; true when it came.</summary>
    private async Task<bool> DeliverAsync(Socket client, CniAnswer answer)
    {
        try
        {
            using var deadline = new CancellationTokenSource(Patience, time);
            var rest = (ReadOnlyMemory<byte>)AnswerFrame.Build(answer.ExitCode, answer.Stdout.Span);
            while (!rest.IsEmpty)
                rest = rest[await client.SendAsync(rest, SocketFlags.None, deadline.Token)..];
            if (answer.Settle is null)
                return true;
            var acknowledgement = new byte[1];
            return await FillAsync(client, acknowledgement, deadline.Token) && acknowledgement[0] == AnswerFrame.Acknowledgement;
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task<bool> FillAsync(Socket client, Memory<byte> buffer, CancellationToken cancellation)
    {
        while (!buffer.IsEmpty)
        {
            var got = await client.ReceiveAsync(buffer, SocketFlags.None, cancellation);
            if (got == 0)
                return false;
            buffer = buffer[got..];
        }

        return true;
    }

    /// <summary>The user of the process at the other end: struct ucred { pid, uid, gid } of SO_PEERCRED (unix(7)).</summary>
    private static int PeerUser(Socket client)
    {
        const int SOL_SOCKET = 1;
        const int SO_PEERCRED = 17;
        Span<int> credentials = stackalloc int[3];
        client.GetRawSocketOption(SOL_SOCKET, SO_PEERCRED, MemoryMarshal.AsBytes(credentials));
        return credentials[1];
    }
}
