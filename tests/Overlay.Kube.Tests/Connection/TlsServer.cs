using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Overlay.Kube.Tests.Connection;

/// <summary>Answers every HTTPS request with a node named after the client's certificate, or "nobody", and notes the name asked for by SNI.</summary>
internal sealed class TlsServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2 _certificate;

    public TlsServer(X509Certificate2 certificate)
    {
        _certificate = certificate;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string? AskedFor { get; private set; }

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            await using var tls = new SslStream(client.GetStream());
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
            {
                ServerCertificateSelectionCallback = (_, name) =>
                {
                    AskedFor = name;
                    return _certificate;
                },
                ClientCertificateRequired = true,
                // It only wants to know who says they are who; the test judges.
                RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is null || certificate.Subject.Length > 0,
                ApplicationProtocols = [SslApplicationProtocol.Http11],
            });
            var buffer = new byte[8192];
            _ = await tls.ReadAsync(buffer);
            var who = tls.RemoteCertificate is X509Certificate2 own ? own.GetNameInfo(X509NameType.SimpleName, false) : "nobody";
            var body = $$$"""{"metadata":{"name":"{{{who}}}"}}""";
            await tls.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"));
            await tls.ShutdownAsync();
        }
        catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException or ObjectDisposedException)
        {
            // The client refused us.
        }
    }
}
