using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Overlay.Kube.Connection;

/// <summary>Builds the sockets and TLS under a <see cref="ClusterConnection"/>.</summary>
internal static class Transport
{
    public static HttpMessageHandler Create(ConnectionSettings settings)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = settings.ConnectTimeout,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2),
            AllowAutoRedirect = false,
            UseCookies = false,
            // An agent must not lose its API server to a stray http_proxy in its environment.
            UseProxy = false,
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = settings.KeepAlive,
            KeepAlivePingTimeout = settings.KeepAlive,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            ConnectCallback = (context, cancel) => ConnectAsync(settings, context.DnsEndPoint.Port, cancel),
            SslOptions = Tls(settings),
        };
        return settings.Token is null ? handler : new BearerHandler(settings.Token, handler);
    }

    /// <summary>
    /// The address that requests name. With a TLS server name it is that name, so that SNI and the certificate check use it;
    /// <see cref="ConnectAsync"/> goes to the real address all the same.
    /// </summary>
    public static Uri BaseAddress(ConnectionSettings settings)
    {
        var address = new UriBuilder(settings.Server);
        if (settings.TlsServerName is { Length: > 0 } name)
            address.Host = name;
        if (!address.Path.EndsWith('/'))
            address.Path += "/";
        return address.Uri;
    }

    private static async ValueTask<Stream> ConnectAsync(ConnectionSettings settings, int port, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            // Three unanswered probes end the connection; also when the half that died is the other one (nothing of ours in flight).
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, Seconds(settings.KeepAlive));
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, Seconds(settings.KeepAlive / 3));
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
            await socket.ConnectAsync(settings.Server.IdnHost.Trim('[', ']'), port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static int Seconds(TimeSpan span) => Math.Max(1, (int)span.TotalSeconds);

    private static SslClientAuthenticationOptions Tls(ConnectionSettings settings)
    {
        var options = new SslClientAuthenticationOptions();
        if (settings.CertificateAuthorities is { } authorities)
        {
            // The cluster's own authority, and no other, may vouch for the server; the name is still checked.
            var policy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            policy.CustomTrustStore.AddRange(authorities);
            options.CertificateChainPolicy = policy;
        }

        if (settings.InsecureSkipTlsVerify)
        {
#pragma warning disable CA5359 // The user asked for it by name, in the kubeconfig.
            options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        }

        if (settings.ClientCertificate is { Count: > 0 } own)
        {
            var intermediates = new X509Certificate2Collection(own.Skip(1).ToArray());
            options.ClientCertificateContext = SslStreamCertificateContext.Create(own[0], intermediates, offline: true);
        }

        return options;
    }
}
