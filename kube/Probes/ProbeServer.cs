using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Overlay.Kube.Metrics;

namespace Overlay.Kube.Probes;

/// <summary>
/// Answers <c>GET /healthz</c> (alive), <c>/readyz</c> (ready, 503 while not) and <c>/metrics</c> (Prometheus), one request to a connection.
/// A web server would cost the agent more memory than everything else it does.
/// </summary>
public sealed partial class ProbeServer : IDisposable
{
    private const int MostConnections = 16;
    private const int LongestHead = 8 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly TcpListener _listener;
    private readonly MetricRegistry _metrics;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _room = new(MostConnections);

    /// <summary>Opens the port.</summary>
    /// <param name="endpoint">The address to listen on; port 0 takes a free one; <c>[::]</c> means both families.</param>
    /// <param name="metrics">What <c>/metrics</c> shows.</param>
    /// <param name="logger">Hears of failures.</param>
    /// <exception cref="SocketException">The address is taken or is not ours.</exception>
    public ProbeServer(IPEndPoint endpoint, MetricRegistry metrics, ILogger? logger = null)
    {
        _metrics = metrics;
        _logger = logger ?? NullLogger.Instance;
        _listener = new TcpListener(endpoint);
        if (endpoint.Address.Equals(IPAddress.IPv6Any))
            _listener.Server.DualMode = true;
        _listener.Start(MostConnections);
    }

    /// <summary>The address it listens on.</summary>
    public IPEndPoint Endpoint => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>When these fail the program should be started anew.</summary>
    public HealthChecks Liveness { get; } = new();

    /// <summary>When these fail the program is not to be relied on yet.</summary>
    public HealthChecks Readiness { get; } = new();

    /// <summary>Answers until cancelled.</summary>
    /// <param name="cancel">Ends it.</param>
    public async Task RunAsync(CancellationToken cancel)
    {
        while (true)
        {
            await _room.WaitAsync(cancel);
            TcpClient client;
            try
            {
                client = await _listener.AcceptTcpClientAsync(cancel);
            }
            catch (SocketException e)
            {
                // Out of descriptors, or the client left before it was let in.
                _room.Release();
                Failed(_logger, e.Message);
                await Task.Delay(TimeSpan.FromMilliseconds(100), cancel);
                continue;
            }

            _ = ServeAsync(client, cancel);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync(TcpClient client, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        try
        {
            using (client)
            {
                var stream = client.GetStream();
                var (code, type, body) = Answer(await ReadRequestLineAsync(stream, limit.Token));
                await stream.WriteAsync(Message(code, type, body), limit.Token);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // The client left, or took too long.
        }
        catch (Exception e)
        {
            Failed(_logger, e.Message);
        }
        finally
        {
            _room.Release();
        }
    }

    /// <summary>What to answer to <c>GET /path HTTP/1.1</c>.</summary>
    internal (int Code, string Type, string Body) Answer(string requestLine)
    {
        const string plain = "text/plain; charset=utf-8";
        var words = requestLine.Split(' ');
        if (words.Length != 3)
            return (400, plain, "not an HTTP request\n");
        if (words[0] is not "GET")
            return (405, plain, "only GET\n");
        switch (words[1].Split('?')[0])
        {
            case "/healthz" or "/livez":
                return OfChecks(Liveness, plain);
            case "/readyz":
                return OfChecks(Readiness, plain);
            case "/metrics":
                return (200, "text/plain; version=0.0.4; charset=utf-8", _metrics.Write());
            default:
                return (404, plain, "there are /healthz, /readyz and /metrics\n");
        }
    }

    private static (int Code, string Type, string Body) OfChecks(HealthChecks checks, string type)
    {
        var (ok, report) = checks.Run();
        return ok ? (200, type, report + "ok\n") : (503, type, report + "not ok\n");
    }

    private static byte[] Message(int code, string type, string body)
    {
        var content = Encoding.UTF8.GetBytes(body);
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"HTTP/1.1 {code} {(HttpStatusCode)code}\r\nContent-Type: {type}\r\nContent-Length: {content.Length}\r\nConnection: close\r\n\r\n");
        return [.. Encoding.ASCII.GetBytes(head), .. content];
    }

    private static async Task<string> ReadRequestLineAsync(NetworkStream stream, CancellationToken cancel)
    {
        // The head is read to its end: closing with unread bytes would send a reset, and the client might lose the answer.
        var buffer = new byte[LongestHead];
        var length = 0;
        while (length < buffer.Length)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), cancel);
            length += read;
            if (read == 0 || buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8) >= 0)
                break;
        }

        var end = buffer.AsSpan(0, length).IndexOf("\r\n"u8);
        return end < 0 ? "" : Encoding.ASCII.GetString(buffer, 0, end);
    }

    [LoggerMessage(EventId = 261, Level = LogLevel.Warning, Message = "A probe could not be answered: {Reason}")]
    private static partial void Failed(ILogger logger, string reason);
}
