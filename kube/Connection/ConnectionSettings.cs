using System.Security.Cryptography.X509Certificates;

namespace Overlay.Kube.Connection;

/// <summary>Where the API server is, how to trust it and how to prove who we are.</summary>
public sealed record ConnectionSettings
{
    /// <summary>The API server's address, as <c>https://10.0.0.1:6443</c>; a path is kept as prefix.</summary>
    public required Uri Server { get; init; }

    /// <summary>The namespace of the context or of the own pod; null: none given.</summary>
    public string? Namespace { get; init; }

    /// <summary>The only certificates that may sign the server's; null: the system's.</summary>
    public X509Certificate2Collection? CertificateAuthorities { get; init; }

    /// <summary>The client's certificate with its private key, the leaf first, intermediates after it.</summary>
    public X509Certificate2Collection? ClientCertificate { get; init; }

    /// <summary>The name the server's certificate must carry, when it is not the one in <see cref="Server"/>.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>Whether the server's certificate is not checked at all. For experiments only.</summary>
    public bool InsecureSkipTlsVerify { get; init; }

    /// <summary>Where the bearer token comes from; null: none.</summary>
    public ITokenSource? Token { get; init; }

    /// <summary>What the program calls itself in User-Agent, without the version.</summary>
    public string UserAgent { get; init; } = "overlay-agent";

    /// <summary>How long a connection may take to open, TLS included.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the server may take to answer a request that is not a watch.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// After how much silence the connection is probed, by TCP keepalive and HTTP/2 PING: a dead host is noticed in about twice this time.
    /// </summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(15);
}
