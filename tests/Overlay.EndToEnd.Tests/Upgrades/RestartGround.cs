using System.Net;
using Overlay.EndToEnd.Tests.Faults;
using Overlay.Lab.Probes;

namespace Overlay.EndToEnd.Tests.Upgrades;

/// <summary>
/// What must not notice that parts of the product are away: on each of three nodes a server, a client that is let in and a stranger that is not. Every
/// client talks to every server by TCP and UDP, and every stranger pours datagrams and connections at the next node's server.
/// </summary>
internal sealed class RestartGround : IAsyncDisposable
{
    private const int Poured = 9000;

    private readonly FaultLab _lab;
    private readonly PodSet _pods = new();
    private readonly List<FaultPod> _servers = [];
    private readonly List<FaultPod> _clients = [];
    private readonly List<FaultPod> _strangers = [];
    private readonly List<Flow> _flows = [];
    private readonly List<Flood> _floods = [];
    private readonly CancellationTokenSource _stopping = new();
    private Task<(int Tried, int Connected)> _knocking = Task.FromResult((0, 0));

    private RestartGround(FaultLab lab, string ns) => (_lab, Namespace) = (lab, ns);

    /// <summary>The namespace of its pods.</summary>
    public string Namespace { get; }

    /// <summary>The server on each node.</summary>
    public IReadOnlyList<FaultPod> Servers => _servers;

    /// <summary>Runs the pods, waits until the policy is in force, and lets them all talk.</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="alsoAllowed">Workloads beside <c>client</c> that the servers let in.</param>
    public static async Task<RestartGround> OpenAsync(FaultLab lab, params string[] alsoAllowed)
    {
        var ground = new RestartGround(lab, await lab.FreshNamespaceAsync());
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
    public async Task<GroundReport> StopAsync()
    {
        var flows = await Flow.StopAllAsync(_flows);
        _flows.Clear();
        List<FloodReport> floods = [];
        foreach (var flood in _floods)
            floods.Add(await flood.StopAsync());
        _floods.Clear();
        await _stopping.CancelAsync();
        var (tried, connected) = await _knocking;
        return new GroundReport([.. flows], [.. floods], tried, connected);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _pods.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task BeginAsync(string[] alsoAllowed)
    {
        foreach (var (node, i) in _lab.Cluster.Nodes.Select((node, i) => (node, i)))
        {
            _servers.Add(await _pods.RunAsync(_lab.Cluster, node, Namespace, $"server-{i}", "server"));
            _clients.Add(await _pods.RunAsync(_lab.Cluster, node, Namespace, $"client-{i}", "client"));
            _strangers.Add(await _pods.RunAsync(_lab.Cluster, node, Namespace, $"stranger-{i}", "stranger"));
        }

        await Policies.AllowOnlyAsync(_lab.Cluster, Namespace, "server", ["client", .. alsoAllowed]);
        foreach (var server in _servers)
        {
            foreach (var stranger in _strangers)
                await Until.TrueAsync(TimeSpan.FromSeconds(20), $"{stranger.Name} to be denied by {server.Name}", async () => !await stranger.ReachesAsync(server));
            foreach (var client in _clients)
                await Until.TrueAsync(TimeSpan.FromSeconds(20), $"{client.Name} to be let in by {server.Name}", () => client.ReachesAsync(server, TimeSpan.FromSeconds(2)));
        }

        _flows.AddRange(await Flow.StartAllAsync(_clients.SelectMany(client => _servers.Select(server => (client, server)))));
        foreach (var (stranger, i) in _strangers.Select((stranger, i) => (stranger, i)))
        {
            var victim = _servers[(i + 1) % _servers.Count];
            _floods.Add(Flood.Start(stranger.Space, victim.Space, new IPEndPoint(victim.Address!, Poured)));
        }

        _knocking = Task.Run(KnockAsync);
    }

    /// <summary>New connections, one after the other: what is denied stays denied to them too.</summary>
    private async Task<(int Tried, int Connected)> KnockAsync()
    {
        var (tried, connected) = (0, 0);
        while (!_stopping.IsCancellationRequested)
        {
            foreach (var (stranger, i) in _strangers.Select((stranger, i) => (stranger, i)))
            {
                tried++;
                if ((await Probe.TcpAsync(stranger.Space, _servers[(i + 2) % _servers.Count].At, CancellationToken.None, TimeSpan.FromMilliseconds(150))).Connected)
                    connected++;
            }
        }

        return (tried, connected);
    }
}
