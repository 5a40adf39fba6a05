using Overlay.EndToEnd.Tests.Faults;
using Overlay.EndToEnd.Tests.Upgrades;
using Overlay.Lab.Echo;
using Overlay.Lab.Probes;

namespace Overlay.EndToEnd.Tests.Kubelets;

/// <summary>On each machine a server, a client that it lets in and a stranger that it does not, run by their kubelets; and the traffic between them.</summary>
/// <remarks>Owns the open namespaces; the pods go by <see cref="DeletePodsAsync"/>, or with the cluster.</remarks>
internal sealed class KubeletGround : IAsyncDisposable
{
    private const string Space = "ground";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly KubeletCluster _cluster;
    private readonly List<KubeletPod> _pods = [];
    private readonly List<EchoServer> _echoes = [];

    private KubeletGround(KubeletCluster cluster) => _cluster = cluster;

    /// <summary>Who is let in.</summary>
    public IReadOnlyList<KubeletPod> Clients => Of("client");

    /// <summary>Who serves.</summary>
    public IReadOnlyList<KubeletPod> Servers => Of("server");

    /// <summary>Who is not let in.</summary>
    public IReadOnlyList<KubeletPod> Strangers => Of("stranger");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Runs the pods, and waits until the policy is in force.</summary>
    public static async Task<KubeletGround> OpenAsync(KubeletCluster cluster)
    {
        var ground = new KubeletGround(cluster);
        try
        {
            await cluster.Lab.CreateNamespaceAsync(Space, null, Cancel);
            await Policies.AllowOnlyAsync(cluster.Lab, Space, "server", "client");
            var names = Enumerable.Range(0, cluster.Kubelets.Count).SelectMany(node => new[] { ("server", node), ("client", node), ("stranger", node) });
            await Task.WhenAll(names.Select(each => ground.RunAsync(each.Item1, each.Item1, each.node)));
            await ground.JudgementAsync();
            return ground;
        }
        catch
        {
            await ground.DisposeAsync();
            throw;
        }
    }

    /// <summary>Lets them talk.</summary>
    public Task<Traffic> TalkAsync() => Traffic.StartAsync(Talkers(Clients), Talkers(Servers), Talkers(Strangers));

    /// <summary>Runs one more pod, on the ground's terms.</summary>
    /// <param name="app">Its workload.</param>
    /// <param name="name">Its name's beginning.</param>
    /// <param name="node">The machine's number.</param>
    public async Task<KubeletPod> RunAsync(string app, string name, int node)
    {
        var pod = await _cluster.RunPodAsync(Space, $"{name}-{node}", node, app);
        lock (_pods)
        {
            _pods.Add(pod);
            if (app == "server")
                _echoes.Add(pod.Serve());
        }

        return pod;
    }

    /// <summary>Each server lets each client in, and no stranger.</summary>
    public async Task JudgementAsync()
    {
        foreach (var server in Servers)
        {
            foreach (var client in Clients)
                await Until.TrueAsync(Patience, $"{client.Name} to be let in by {server.Name}", () => ReachesAsync(client, server), _cluster.ToString);
            foreach (var stranger in Strangers)
                await Until.TrueAsync(Patience, $"{stranger.Name} to be denied by {server.Name}", async () => !await ReachesAsync(stranger, server), _cluster.ToString);
        }
    }

    /// <summary>Whether one can talk to another by TCP.</summary>
    public static async Task<bool> ReachesAsync(KubeletPod from, KubeletPod to) => (await Probe.TcpAsync(from.Space, to.At, Cancel)).Connected;

    /// <summary>Ends the pods as their kubelets do.</summary>
    public Task DeletePodsAsync() => Task.WhenAll(_pods.Select(pod => _cluster.DeletePodAsync(Space, pod.Name)));

    public ValueTask DisposeAsync()
    {
        foreach (var echo in _echoes)
            echo.Dispose();
        foreach (var pod in _pods)
            pod.Dispose();
        return ValueTask.CompletedTask;
    }

    private IReadOnlyList<KubeletPod> Of(string app) => [.. _pods.Where(pod => pod.Name.StartsWith(app + "-", StringComparison.Ordinal)).OrderBy(pod => pod.Name, StringComparer.Ordinal)];

    private static IReadOnlyList<Talker> Talkers(IEnumerable<KubeletPod> pods) => [.. pods.Select(pod => new Talker($"{pod.Name} ({pod.Node})", pod.Space, pod.At))];
}
