using System.Net;
using System.Net.Sockets;
using Overlay.EndToEnd.Tests.Faults;
using Overlay.Lab.Probes;
using Overlay.Netlink;

namespace Overlay.EndToEnd.Tests.Upgrades;

/// <summary>A pod that takes part.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Space">Its network namespace.</param>
/// <param name="At">Where it serves, if it does.</param>
internal sealed record Talker(string Name, NetworkNamespace Space, IPEndPoint At);

/// <summary>
/// Every client talks to every server by TCP and UDP, and every stranger pours datagrams at the next server and knocks with connections at the one after:
/// what must not notice that parts of the product are away.
/// </summary>
internal sealed class Traffic : IAsyncDisposable
{
    private const int Poured = 9000;

    private readonly IReadOnlyList<Talker> _servers;
    private readonly IReadOnlyList<Talker> _strangers;
    private readonly List<Flow> _flows = [];
    private readonly List<Flood> _floods = [];
    private readonly CancellationTokenSource _stopping = new();
    private Task<(int Tried, int Connected)> _knocking = Task.FromResult((0, 0));

    private Traffic(IReadOnlyList<Talker> servers, IReadOnlyList<Talker> strangers) => (_servers, _strangers) = (servers, strangers);

    /// <summary>Lets them talk.</summary>
    /// <param name="clients">Who is let in.</param>
    /// <param name="servers">Who lets in.</param>
    /// <param name="strangers">Who is not let in.</param>
    public static async Task<Traffic> StartAsync(IReadOnlyList<Talker> clients, IReadOnlyList<Talker> servers, IReadOnlyList<Talker> strangers)
    {
        var traffic = new Traffic(servers, strangers);
        try
        {
            foreach (var (client, server) in clients.SelectMany(client => servers.Select(server => (client, server))))
            {
                foreach (var type in (SocketType[])[SocketType.Stream, SocketType.Dgram])
                    traffic._flows.Add(await Flow.StartAsync($"{type} {client.Name} to {server.Name}", client.Space, server.At, type));
            }

            foreach (var (stranger, i) in strangers.Select((stranger, i) => (stranger, i)))
            {
                var victim = servers[(i + 1) % servers.Count];
                traffic._floods.Add(Flood.Start(stranger.Space, victim.Space, new IPEndPoint(victim.At.Address, Poured)));
            }

            traffic._knocking = Task.Run(traffic.KnockAsync);
            return traffic;
        }
        catch
        {
            await traffic.DisposeAsync();
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
        _stopping.Dispose();
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
