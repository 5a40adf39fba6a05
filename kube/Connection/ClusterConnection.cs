using System.Net;
using System.Net.WebSockets;
using System.Reflection;

namespace Overlay.Kube.Connection;

/// <summary>One program's connection to one API server: share it between all clients.</summary>
public sealed class ClusterConnection : IDisposable
{
    private readonly HttpClient _http;

    /// <summary>Prepares the connection; nothing is sent yet.</summary>
    /// <param name="settings">Where and how.</param>
    public ClusterConnection(ConnectionSettings settings)
    {
        Settings = settings;
        // Requests carry their own time-outs (a watch has none), so the client has none.
        _http = new HttpClient(Transport.Create(settings))
        {
            BaseAddress = Transport.BaseAddress(settings),
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestVersion = settings.Server.Scheme == Uri.UriSchemeHttps ? HttpVersion.Version20 : HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        _http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", $"{settings.UserAgent}/{Version}");
    }

    /// <summary>What the connection was made from.</summary>
    public ConnectionSettings Settings { get; }

    private static string Version { get; } =
        typeof(ClusterConnection).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    /// <summary>
    /// Connects as the environment says: by <paramref name="kubeconfig"/> when given, else by the files in KUBECONFIG,
    /// else as the pod's service account, else by <c>~/.kube/config</c>.
    /// </summary>
    /// <param name="kubeconfig">A kubeconfig file, or null.</param>
    /// <param name="context">A context of the kubeconfig, or null for its current one.</param>
    /// <param name="userAgent">What the program calls itself, without the version.</param>
    /// <exception cref="ConnectionSettingsException">There is no usable configuration; the message says where it was sought.</exception>
    public static ClusterConnection FromEnvironment(string? kubeconfig = null, string? context = null, string userAgent = "overlay-agent") =>
        new(SettingsFromEnvironment(kubeconfig, context) with { UserAgent = userAgent });

    /// <summary>As <see cref="FromEnvironment"/>, the settings alone.</summary>
    /// <param name="kubeconfig">A kubeconfig file, or null.</param>
    /// <param name="context">A context of the kubeconfig, or null for its current one.</param>
    /// <exception cref="ConnectionSettingsException">There is no usable configuration; the message says where it was sought.</exception>
    public static ConnectionSettings SettingsFromEnvironment(string? kubeconfig = null, string? context = null)
    {
        if (kubeconfig is { Length: > 0 })
            return Kubeconfig.Load([kubeconfig], context);
        if (Environment.GetEnvironmentVariable("KUBECONFIG") is { Length: > 0 } list)
            return Kubeconfig.Load(list.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries), context);
        if (InClusterConfiguration.IsPresent())
            return InClusterConfiguration.Load();
        var home = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".kube", "config");
        return File.Exists(home)
            ? Kubeconfig.Load([home], context)
            : throw new ConnectionSettingsException(
                $"No way to the API server: no kubeconfig was named, KUBECONFIG is not set, this is no pod with a service account, and {home} does not exist. "
                + "Pass --kubeconfig or set KUBECONFIG.");
    }

    /// <summary>Sends a request; the caller disposes the answer.</summary>
    /// <param name="request">The request, its path relative to the server's address.</param>
    /// <param name="completion">Whether to wait for the body as well.</param>
    /// <param name="cancel">Ends the wait.</param>
    internal Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, HttpCompletionOption completion, CancellationToken cancel)
    {
        request.Version = _http.DefaultRequestVersion;
        request.VersionPolicy = _http.DefaultVersionPolicy;
        return _http.SendAsync(request, completion, cancel);
    }

    /// <summary>Opens a WebSocket over the same sockets, TLS and token as requests; it speaks HTTP/1.1, as the upgrade needs (RFC 6455).</summary>
    /// <param name="socket">The socket, with its options.</param>
    /// <param name="path">The path, relative to the server's address.</param>
    /// <param name="cancel">Ends the wait.</param>
    internal Task ConnectAsync(ClientWebSocket socket, Uri path, CancellationToken cancel)
    {
        var address = new UriBuilder(new Uri(_http.BaseAddress!, path));
        address.Scheme = address.Scheme == Uri.UriSchemeHttps ? Uri.UriSchemeWss : Uri.UriSchemeWs;
        return socket.ConnectAsync(address.Uri, _http, cancel);
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();
}
