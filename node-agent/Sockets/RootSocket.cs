using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace Overlay.NodeAgent.Sockets;

/// <summary>
/// A unix socket for root's processes of this node: 0600 in a 0700 directory, and who connects must be root (SO_PEERCRED) all the same.
/// So many clients at once and no more; each is served by itself, so that a slow or garbled one costs one slot and nothing else.
/// </summary>
/// <param name="path">The socket's file.</param>
/// <param name="slots">Clients served at once; more wait.</param>
/// <param name="serve">Serves one client; the socket is closed after it.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Hears of clients that were refused.</param>
internal sealed class RootSocket(string path, int slots, Func<Socket, CancellationToken, Task> serve, TimeProvider time, ILogger log) : IDisposable
{
    /// <summary>How long a client may take to send its frame; at the end, how long each that is still served is waited for.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _free = new(slots);
    private Socket? _listener;

    /// <summary>Whether clients can connect.</summary>
    public bool IsServing => _listener is not null;

    /// <summary>Takes the socket's path over and listens. A stale socket file of an earlier run is replaced.</summary>
    public void Listen()
    {
        var directory = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.SetUnixFileMode(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        // Bound under another name and moved in place when it is ready: a client never finds a socket that does not listen.
        var fresh = path + ".new";
        File.Delete(fresh);
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(fresh));
        File.SetUnixFileMode(fresh, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        listener.Listen(slots);
        File.Move(fresh, path, overwrite: true);
        _listener = listener;
        SocketLog.Serving(log, path);
    }

    /// <summary>Serves until cancelled; then lets calls in flight end.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await _free.WaitAsync(cancellation);
                var client = await _listener!.AcceptAsync(cancellation);
                _ = ServeAndReleaseAsync(client, cancellation);
            }
            catch (OperationCanceledException)
            {
                break;
            }
            catch (SocketException error)
            {
                _free.Release();
                SocketLog.AcceptFailed(log, path, error);
                await Task.Delay(TimeSpan.FromMilliseconds(100), time, CancellationToken.None);
            }
        }

        for (var i = 0; i < slots - 1; i++)
        {
            if (!await _free.WaitAsync(Patience, CancellationToken.None))
                break;
        }
    }

    /// <summary>Stops listening. The socket file stays: the next agent replaces it, and until then connecting is refused at once.</summary>
    public void Dispose()
    {
        _listener?.Dispose();
        _listener = null;
        _free.Dispose();
    }

    /// <summary>Receives exactly so many bytes; false when the other end closed before.</summary>
    public static async Task<bool> FillAsync(Socket client, Memory<byte> buffer, CancellationToken cancellation)
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

    /// <summary>Sends all of it.</summary>
    public static async Task SendAsync(Socket client, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await client.SendAsync(bytes, SocketFlags.None, cancellation)..];
    }

    private async Task ServeAndReleaseAsync(Socket client, CancellationToken cancellation)
    {
        try
        {
            using (client)
            {
                if (PeerUser(client) is not 0 and var user)
                    SocketLog.Refused(log, path, $"user {user} is not root");
                else
                    await serve(client, cancellation);
            }
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException or IOException)
        {
            SocketLog.Refused(log, path, error.Message);
        }
        catch (Exception error)
        {
            SocketLog.Unforeseen(log, path, error);
        }
        finally
        {
            _free.Release();
        }
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
