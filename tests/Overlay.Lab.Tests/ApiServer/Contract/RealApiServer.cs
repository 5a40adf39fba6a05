using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Overlay.Lab.Tests.ApiServer.Contract;

/// <summary>etcd and kube-apiserver as processes, as envtest starts them.</summary>
internal sealed class RealApiServer : IAsyncDisposable
{
    private const string Token = "overlay-tests";
    private readonly List<Process> processes = [];

    /// <summary>The folder of the binaries; null when there is none.</summary>
    public static string? Assets =>
        Environment.GetEnvironmentVariable("KUBEBUILDER_ASSETS") is { Length: > 0 } folder && File.Exists(Path.Combine(folder, "kube-apiserver")) && File.Exists(Path.Combine(folder, "etcd"))
            ? folder
            : null;

    public static async Task<RealApiServer> StartAsync(string assets, TemporaryFolder folder, string kubeconfig, CancellationToken cancel)
    {
        var server = new RealApiServer();
        var (etcd, peer, api) = (FreePort(), FreePort(), FreePort());
        server.Start(Path.Combine(assets, "etcd"), $"--data-dir={folder.File("etcd")}", $"--listen-client-urls=http://127.0.0.1:{etcd}",
            $"--advertise-client-urls=http://127.0.0.1:{etcd}", $"--listen-peer-urls=http://127.0.0.1:{peer}", "--unsafe-no-fsync");
        using var key = RSA.Create(2048);
        var keyFile = folder.Write("sa.key", key.ExportPkcs8PrivateKeyPem());
        var tokens = folder.Write("tokens.csv", $"{Token},admin,admin,\"system:masters\"\n");
        server.Start(Path.Combine(assets, "kube-apiserver"), $"--etcd-servers=http://127.0.0.1:{etcd}", $"--secure-port={api}", "--bind-address=127.0.0.1",
            $"--cert-dir={folder.File("certs")}", $"--token-auth-file={tokens}", "--authorization-mode=RBAC", "--service-cluster-ip-range=10.96.0.0/16",
            $"--service-account-key-file={keyFile}", $"--service-account-signing-key-file={keyFile}", "--service-account-issuer=https://kubernetes.default.svc",
            "--disable-admission-plugins=ServiceAccount");
        await File.WriteAllTextAsync(kubeconfig, $$"""
            apiVersion: v1
            kind: Config
            current-context: test
            clusters: [{"name": "test", "cluster": {"server": "https://127.0.0.1:{{api}}", "insecure-skip-tls-verify": true} }]
            users: [{"name": "test", "user": {"token": "{{Token}}"} }]
            contexts: [{"name": "test", "context": {"cluster": "test", "user": "test"} }]
            """, cancel);
        await ReadyAsync(new Uri($"https://127.0.0.1:{api}/readyz"), cancel);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Enumerable.Reverse(processes))
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    private static async Task ReadyAsync(Uri address, CancellationToken cancel)
    {
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true };
        using var http = new HttpClient(handler);
        http.DefaultRequestHeaders.Authorization = new("Bearer", Token);
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                if ((await http.GetAsync(address, cancel)).IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException) when (attempt < 120)
            {
                // Not listening yet.
            }
            if (attempt >= 120)
                throw new TimeoutException($"{address} was not ready within 60 s");
            await Task.Delay(TimeSpan.FromMilliseconds(500), cancel);
        }
    }

    private void Start(string path, params string[] arguments)
    {
        var start = new ProcessStartInfo(path, arguments) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{path} did not start");
        process.ErrorDataReceived += (_, _) => { };
        process.OutputDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        processes.Add(process);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
