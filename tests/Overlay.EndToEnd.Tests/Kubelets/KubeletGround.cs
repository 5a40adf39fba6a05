using System.Net;
using Overlay.EndToEnd.Tests.Faults;
using Overlay.EndToEnd.Tests.Upgrades;
using Overlay.Lab.Echo;
using Overlay.Lab.Probes;

namespace Overlay.EndToEnd.Tests.Kubelets;

/// <summary>Servers, clients that they let in and strangers that they do not, run by their kubelets; and the traffic between them.</summary>
/// <remarks>Owns the open namespaces; the pods go by <see cref="DeletePodsAsync"/>, or with the cluster.</remarks>
internal sealed class KubeletGround : IAsyncDisposable
{
    /// <summary>Their namespace.</summary>
    public const string Space = "ground";

    private static readonly string[] Apps = ["server", "client", "stranger"];
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

    /// <summary>Runs one of each on each machine, and waits until the policy is in force.</summary>
    public static async Task<KubeletGround> OpenAsync(KubeletCluster cluster)
    {
        var ground = await OpenAsync(cluster, [.. Enumerable.Range(0, cluster.Kubelets.Count).SelectMany(node => Apps.Select(app => (app, node)))]);
        try
        {
            await ground.IsolateAsync();
            return ground;
        }
        catch
        {
            await ground.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs pods that no policy selects yet.</summary>
    /// <param name="cluster">Where.</param>
    /// <param name="pods">What each is, and the number of its machine.</param>
    public static async Task<KubeletGround> OpenAsync(KubeletCluster cluster, params IReadOnlyList<(string App, int Node)> pods)
    {
        var ground = new KubeletGround(cluster);
        try
        {
            await cluster.Lab.CreateNamespaceAsync(Space, null, Cancel);
            await Task.WhenAll(pods.Select(each => ground.RunAsync(each.App, each.App, each.Node)));
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

    /// <summary>Lets clients in and nobody else, and waits until that is so.</summary>
    public async Task IsolateAsync()
    {
        await Policies.AllowOnlyAsync(_cluster.Lab, Space, "server", "client");
        await JudgementAsync();
    }

    /// <summary>Waits until each server lets everybody in, at each of its addresses.</summary>
    public async Task OpennessAsync()
    {
        foreach (var (server, at) in Doors)
        {
            foreach (var pod in Clients.Concat(Strangers))
                await Until.TrueAsync(Patience, $"{pod.Name} to be let in by {server.Name} at {at}", () => ReachesAsync(pod, at), _cluster.ToString);
        }
    }

    /// <summary>Waits until each server lets each client in, and no stranger, at each of its addresses.</summary>
    public async Task JudgementAsync()
    {
        foreach (var (server, at) in Doors)
        {
            foreach (var stranger in Strangers)
                await Until.TrueAsync(Patience, $"{stranger.Name} to be denied by {server.Name} at {at}", async () => !await ReachesAsync(stranger, at), _cluster.ToString);
            foreach (var client in Clients)
                await Until.TrueAsync(Patience, $"{client.Name} to be let in by {server.Name} at {at}", () => ReachesAsync(client, at), _cluster.ToString);
        }
    }

    /// <summary>Whether one can talk to another by TCP.</summary>
    public static Task<bool> ReachesAsync(KubeletPod from, KubeletPod to) => ReachesAsync(from, to.At);

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

    private IEnumerable<(KubeletPod Server, IPEndPoint At)> Doors => Servers.SelectMany(server => server.Everywhere.Select(at => (server, at)));

    private static async Task<bool> ReachesAsync(KubeletPod from, IPEndPoint at) => (await Probe.TcpAsync(from.Space, at, Cancel)).Connected;

    private IReadOnlyList<KubeletPod> Of(string app) => [.. _pods.Where(pod => pod.Name.StartsWith(app + "-", StringComparison.Ordinal)).OrderBy(pod => pod.Name, StringComparer.Ordinal)];

    private static IReadOnlyList<Talker> Talkers(IEnumerable<KubeletPod> pods) => [.. pods.Select(pod => new Talker($"{pod.Name} ({pod.Node})", pod.Space, pod.At))];
}
