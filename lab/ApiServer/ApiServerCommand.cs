using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using Overlay.Lab.ApiServer.Http;
using Overlay.Lab.Runtime;
using Overlay.Lab.State;

namespace Overlay.Lab.ApiServer;

/// <summary>
/// <c>overlay-lab apiserver --listen 127.0.0.1:6443 [--listen ...] [--tls] [--certs DIR] [--token TOKEN=USER[,node=NODE]] [--crds DIR] [--kubeconfig FILE]
/// [--server URL] [--snapshot FILE] [--unix SOCKET] [--history N] [--requests FILE] [--lab PREFIX]</c>: the API server as a process of its own, until SIGTERM.
/// </summary>
public static class ApiServerCommand
{
    /// <summary>Runs the command.</summary>
    /// <param name="args">What follows <c>apiserver</c>.</param>
    /// <param name="cancel">Ends the server.</param>
    /// <returns>The exit code: 0; 1 when it cannot start, with the reason on stderr; 2 for arguments that make no sense.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken cancel)
    {
        var options = new EmbeddedApiServerOptions { Listen = [] };
        string? kubeconfig = null, token = null;
        Uri? server = null;
        try
        {
            for (var i = 0; i < args.Count; i++)
            {
                string Value() => ++i < args.Count ? args[i] : throw new FormatException($"{args[i - 1]} needs a value");
                switch (args[i])
                {
                    case "--listen": options = Listen(options, Value()); break;
                    case "--unix": options = options with { UnixSocket = Value() }; break;
                    case "--tls": options = options with { Tls = true }; break;
                    case "--certs": options = options with { Tls = true, CertificateFolder = Value() }; break;
                    case "--crds": options = options with { CrdFolder = Value() }; break;
                    case "--snapshot": options = options with { SnapshotFile = Value() }; break;
                    case "--requests": options = options with { RequestFile = Value() }; break;
                    case "--history": options = options with { HistoryWindow = int.Parse(Value(), CultureInfo.InvariantCulture) }; break;
                    case "--lab": options = options with { Programs = new PodPrograms(new LabInstance(Value())) }; break;
                    case "--kubeconfig": kubeconfig = Value(); break;
                    case "--server": server = new Uri(Value()); break;
                    case "--token":
                        var pair = Value().Split('=', 2);
                        token ??= pair[0];
                        options = options with { Tokens = options.Tokens.Add(pair[0], pair.Length > 1 ? pair[1] : "system:admin") };
                        break;
                    default: throw new FormatException($"unknown argument {args[i]}");
                }
            }
        }
        catch (FormatException e)
        {
            await Console.Error.WriteLineAsync($"overlay-lab apiserver: {e.Message}");
            return 2;
        }
        if (options.Listen.IsEmpty)
            options = options with { Listen = [new IPEndPoint(IPAddress.Loopback, 6443)] };
        try
        {
            await ServeAsync(options, kubeconfig, token, server, cancel);
            return 0;
        }
        catch (Exception e) when (e is IOException or ApiException or InvalidOperationException)
        {
            await Console.Error.WriteLineAsync($"overlay-lab apiserver: {e.Message}");
            return 1;
        }
    }

    /// <summary><c>ADDRESS:PORT</c>, or <c>NAMESPACE@ADDRESS:PORT</c> with the path of a network namespace.</summary>
    private static EmbeddedApiServerOptions Listen(EmbeddedApiServerOptions options, string text)
    {
        var at = text.LastIndexOf('@');
        var endpoint = IPEndPoint.Parse(text[(at + 1)..]);
        return options with
        {
            Listen = options.Listen.Add(endpoint),
            Namespaces = at < 0 ? options.Namespaces : options.Namespaces.Add(endpoint, text[..at]),
        };
    }

    private static async Task ServeAsync(EmbeddedApiServerOptions options, string? kubeconfig, string? token, Uri? server, CancellationToken cancel)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        await using var running = await EmbeddedApiServer.StartAsync(options, ended.Token);
        if (kubeconfig is not null)
            running.WriteKubeconfig(kubeconfig, token, server);
        foreach (var address in running.Addresses)
            await Console.Out.WriteLineAsync($"serving on {address}");
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, ended.Token);
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            ended.Cancel();
        }
    }
}
