using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Overlay.Lab.ApiServer.Controllers;
using Overlay.Lab.ApiServer.Http;
using Overlay.Lab.ApiServer.Storage;
using Overlay.Lab.State;

namespace Overlay.Lab.ApiServer;

/// <summary>
/// A Kubernetes API server of one process: generic over resources, with the real one's contract towards clients, and nothing of a cluster
/// behind it but the garbage collector and the namespace controller.
/// </summary>
public sealed class EmbeddedApiServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly CancellationTokenSource stopping;
    private readonly Cluster cluster;
    private readonly Journal? journal;
    private readonly Task controllers;

    private EmbeddedApiServer(WebApplication app, CancellationTokenSource stopping, Cluster cluster, Journal? journal, Task controllers, Certificates? certificates)
    {
        this.app = app;
        this.stopping = stopping;
        this.cluster = cluster;
        this.journal = journal;
        this.controllers = controllers;
        Certificates = certificates;
        Addresses = [.. app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(a => new Uri(a.Replace("unix:/", "unix://", StringComparison.Ordinal)))];
    }

    /// <summary>Where the server listens, with the ports it really got.</summary>
    public IReadOnlyList<Uri> Addresses { get; }

    /// <summary>The first address that is not a unix socket.</summary>
    public Uri Address => Addresses.First(a => a.Scheme.StartsWith("http", StringComparison.Ordinal));

    /// <summary>The CA's certificate in PEM; null without TLS.</summary>
    public string? CaPem => Certificates?.CaPem;

    internal Certificates? Certificates { get; }

    internal Cluster Cluster => cluster;

    /// <summary>Starts a server; it serves when the task is done.</summary>
    public static async Task<EmbeddedApiServer> StartAsync(EmbeddedApiServerOptions options, CancellationToken cancel)
    {
        var (state, disk) = ClusterStart.Open(options);
        var stop = new CancellationTokenSource();
        var certificates = options.Tls ? Certificates.LoadOrMake(options.CertificateFolder, options.Listen.Select(e => e.Address), options.Clock) : null;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinResponseDataRate = null;
            foreach (var endpoint in options.Listen)
            {
                kestrel.Listen(endpoint, listen =>
                {
                    if (certificates is not null)
                        listen.UseHttps(certificates.Server);
                });
            }
            if (options.UnixSocket is { } socket)
                kestrel.ListenUnixSocket(socket);
        });
        builder.WebHost.UseSockets(sockets => sockets.CreateBoundListenSocket = endpoint => NamespaceListener.Bind(endpoint, options));
        builder.WebHost.UseShutdownTimeout(TimeSpan.FromSeconds(2));
        var web = builder.Build();
        var front = new FrontDoor(state, options, stop.Token);
        web.UseWebSockets();
        web.Run(front.HandleAsync);
        var loops = ClusterControllers.RunAsync(state, stop.Token);
        await ClusterStart.ApplyFolderAsync(state, options.CrdFolder, cancel);
        await web.StartAsync(cancel);
        return new EmbeddedApiServer(web, stop, state, disk, loops, certificates);
    }

    /// <summary>Writes a kubeconfig for this server.</summary>
    /// <param name="path">The file.</param>
    /// <param name="token">The bearer token to use; null for none.</param>
    /// <param name="server">The server's address as the client sees it; null for <see cref="Address"/>.</param>
    public void WriteKubeconfig(string path, string? token = null, Uri? server = null) =>
        WholeFile.Write(path, Kubeconfig.Write(server ?? Address, CaPem, token));

    /// <summary>Forgets all history: lists and watches from any earlier version are answered 410.</summary>
    public void Compact() => cluster.Store.Compact();

    /// <summary>Ends all running watches, of one resource when <paramref name="resource"/> names it as <c>group/plural</c>.</summary>
    public void CloseWatches(string? resource = null) => cluster.Store.CloseWatches(resource);

    /// <summary>Stops serving, ends all watches and closes the snapshot.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await app.StopAsync();
        await app.DisposeAsync();
        await controllers;
        journal?.Dispose();
        stopping.Dispose();
    }
}
