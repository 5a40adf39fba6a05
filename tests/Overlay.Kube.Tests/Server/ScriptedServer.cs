using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Overlay.Kube.Tests.Server;

/// <summary>An HTTP/1.1 server on loopback that does what a test's script says, bad manners included.</summary>
public sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Socket> _sockets = [];
    private readonly Func<Request, Answer, Task> _script;
    private readonly Task _accepting;

    public ScriptedServer(Func<Request, Answer, Task> script)
    {
        _script = script;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        lock (_sockets)
            _sockets.ForEach(s => s.Dispose());
        await _accepting;
        _stop.Dispose();
    }

    /// <summary>Cuts every connection there is.</summary>
    public void CutAll()
    {
        lock (_sockets)
        {
            _sockets.ForEach(s => s.Close(0));
            _sockets.Clear();
        }
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                lock (_sockets)
                    _sockets.Add(socket);
                _ = Task.Run(() => ServeAsync(socket));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            await using var stream = new NetworkStream(socket, ownsSocket: true);
            while (await ReadAsync(stream) is { } request)
            {
                var answer = new Answer(stream, _stop.Token);
                await _script(request, answer);
                if (answer.MustClose)
                    return;
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The client left, or the test is over.
        }
    }

    private async Task<Request?> ReadAsync(NetworkStream stream)
    {
        var buffer = new byte[64 * 1024];
        var length = 0;
        int head;
        while ((head = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8)) < 0)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), _stop.Token);
            if (read == 0)
                return null;
            length += read;
        }

        var lines = Encoding.ASCII.GetString(buffer, 0, head).Split("\r\n");
        var headers = lines.Skip(1).Select(l => l.Split(": ", 2)).ToDictionary(p => p[0], p => p[1], StringComparer.OrdinalIgnoreCase);
        var size = headers.TryGetValue("Content-Length", out var s) ? int.Parse(s, System.Globalization.CultureInfo.InvariantCulture) : 0;
        while (length < head + 4 + size)
            length += await stream.ReadAsync(buffer.AsMemory(length), _stop.Token);
        var words = lines[0].Split(' ');
        var parts = words[1].Split('?', 2);
        var query = (parts.Length > 1 ? parts[1] : "").Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(p => p.Split('=', 2)).ToDictionary(p => p[0], p => Uri.UnescapeDataString(p[1]), StringComparer.Ordinal);
        return new Request(words[0], parts[0], query, headers, Encoding.UTF8.GetString(buffer, head + 4, size));
    }
}

public sealed record Request(string Method, string Path, Dictionary<string, string> Query, Dictionary<string, string> Headers, string Body)
{
    public bool IsWatch => Query.ContainsKey("watch");
}

/// <summary>The answer to one request: whole, or line by line, or none.</summary>
public sealed class Answer(NetworkStream stream, CancellationToken stop)
{
    public CancellationToken Stop => stop;

    public bool MustClose { get; private set; }

    public Task JsonAsync(string json, int code = 200, string headers = "") =>
        WriteAsync($"HTTP/1.1 {code} X\r\nContent-Type: application/json\r\n{headers}Content-Length: {Encoding.UTF8.GetByteCount(json)}\r\n\r\n{json}");

    public Task FailAsync(int code, string reason, string message, string headers = "") =>
        JsonAsync($$"""{"kind":"Status","apiVersion":"v1","status":"Failure","message":"{{message}}","reason":"{{reason}}","code":{{code}}}""", code, headers);

    public Task BeginAsync() => WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");

    public Task LineAsync(string line) => ChunkAsync(line + "\n");

    public Task ChunkAsync(string text) => WriteAsync($"{Encoding.UTF8.GetByteCount(text):x}\r\n{text}\r\n");

    public Task EndAsync() => WriteAsync("0\r\n\r\n");

    /// <summary>Closes without the last chunk.</summary>
    public void Cut() => MustClose = true;

    /// <summary>Stays silent for good: the connection is alive, the server is not.</summary>
    public async Task HangAsync()
    {
        MustClose = true;
        await Task.Delay(Timeout.Infinite, stop);
    }

    private async Task WriteAsync(string text) => await stream.WriteAsync(Encoding.UTF8.GetBytes(text), stop);
}
