using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Google.Protobuf;

namespace Overlay.EndToEnd.Tests.Runtimes;

/// <summary>Speaks to a container runtime as a kubelet does: gRPC (HTTP/2 with 5 bytes before each message) over a Unix socket.</summary>
/// <remarks>Owns its connections.</remarks>
internal sealed class CriClient : IDisposable
{
    private const int PrefixLength = 5;
    private readonly HttpClient _http;

    public CriClient(string socketPath)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancel) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancel);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        _http = new HttpClient(handler) { BaseAddress = new Uri("http://localhost") };
    }

    /// <summary>Calls a method of runtime.v1.RuntimeService.</summary>
    /// <exception cref="CriException">The runtime answered with an error.</exception>
    public async Task<ByteString> CallAsync(string method, CriMessage message, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/runtime.v1.RuntimeService/{method}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(Framed(message.ToArray())),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        using var response = await _http.SendAsync(request, cancel);
        var body = await response.Content.ReadAsByteArrayAsync(cancel);
        var status = Header(response, "grpc-status");
        return status == "0"
            ? ByteString.CopyFrom(body.AsSpan(PrefixLength))
            : throw new CriException($"{method}: {Uri.UnescapeDataString(Header(response, "grpc-message") ?? "")} (gRPC status {status})");
    }

    public void Dispose() => _http.Dispose();

    /// <summary>A flag (not compressed) and the length in network order.</summary>
    private static byte[] Framed(byte[] message)
    {
        var framed = new byte[PrefixLength + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), message.Length);
        message.CopyTo(framed, PrefixLength);
        return framed;
    }

    /// <summary>The status is in the trailers, or in the headers when there is nothing else.</summary>
    private static string? Header(HttpResponseMessage response, string name) =>
        response.TrailingHeaders.TryGetValues(name, out var trailing) ? trailing.First()
        : response.Headers.TryGetValues(name, out var leading) ? leading.First()
        : null;
}

/// <summary>What a runtime answers to a kubelet when it can not.</summary>
internal sealed class CriException(string message) : Exception(message);
