using Overlay.EndToEnd.Tests.Faults;
using Overlay.Lab;

namespace Overlay.EndToEnd.Tests.Upgrades;

/// <summary>
/// What must not notice that parts of the product are away: on each of three nodes a server, a client that is let in and a stranger that is not, with
/// <see cref="Traffic"/> between them.
/// </summary>
internal sealed class RestartGround : IAsyncDisposable
{
    private readonly LabCluster _lab;
    private readonly PodSet _pods = new();
    private readonly List<FaultPod> _servers = [];
    private readonly List<FaultPod> _clients = [];
    private readonly List<FaultPod> _strangers = [];
    private Traffic? _traffic;

    private RestartGround(LabCluster lab, string ns) => (_lab, Namespace) = (lab, ns);

    /// <summary>The namespace of its pods.</summary>
    public string Namespace { get; }

    /// <summary>The server on each node.</summary>
    public IReadOnlyList<FaultPod> Servers => _servers;

    /// <summary>Runs the pods, waits until the policy is in force, and lets them all talk.</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="ns">A namespace of its own for the pods.</param>
    /// <param name="alsoAllowed">Workloads beside <c>client</c> that the servers let in.</param>
    public static async Task<RestartGround> OpenAsync(LabCluster lab, string ns, params string[] alsoAllowed)
    {
        var ground = new RestartGround(lab, ns);
        try
        {
            await ground.BeginAsync(alsoAllowed);
            return ground;
        }
        catch
        {
            await ground.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends all talk and says what became of it.</summary>
    public Task<GroundReport> StopAsync() => _traffic!.StopAsync();

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_traffic is not null)
            await _traffic.DisposeAsync();
        await _pods.DisposeAsync();
    }

    private async Task BeginAsync(string[] alsoAllowed)
    {
        foreach (var (node, i) in _lab.Nodes.Select((node, i) => (node, i)))
        {
            _servers.Add(await _pods.RunAsync(_lab, node, Namespace, $"server-{i}", "server"));
            _clients.Add(await _pods.RunAsync(_lab, node, Namespace, $"client-{i}", "client"));
            _strangers.Add(await _pods.RunAsync(_lab, node, Namespace, $"stranger-{i}", "stranger"));
        }

        await Policies.AllowOnlyAsync(_lab, Namespace, "server", ["client", .. alsoAllowed]);
        foreach (var server in _servers)
        {
            foreach (var stranger in _strangers)
                await Until.TrueAsync(TimeSpan.FromSeconds(20), $"{stranger.Name} to be denied by {server.Name}", async () => !await stranger.ReachesAsync(server));
            foreach (var client in _clients)
                await Until.TrueAsync(TimeSpan.FromSeconds(20), $"{client.Name} to be let in by {server.Name}", () => client.ReachesAsync(server, TimeSpan.FromSeconds(2)));
        }

        _traffic = await Traffic.StartAsync(Talkers(_clients), Talkers(_servers), Talkers(_strangers));
    }

    private static IReadOnlyList<Talker> Talkers(IEnumerable<FaultPod> pods) => [.. pods.Select(pod => new Talker($"{pod.Name} ({pod.Node.Name})", pod.Space, pod.At))];
}
