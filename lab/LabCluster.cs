using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Overlay.Lab.Api;
using Overlay.Lab.Nodes;
using Overlay.Lab.Processes;
using Overlay.Lab.State;
using Overlay.Lab.Underlay;
using Overlay.Netlink;

namespace Overlay.Lab;

/// <summary>
/// A cluster on one machine: underlay, API server, operators, nodes with agents, pods. The user's lab, the tests and the bench
/// all stand on this class.
/// </summary>
/// <remarks>
/// Owns open namespaces and connections only. Processes, namespaces and files outlive it, until <see cref="LabSweep"/>;
/// <see cref="DisposeAsync"/> sweeps when this object built the lab for itself.
/// </remarks>
public sealed partial class LabCluster : IAsyncDisposable
{
    private const int ApiPort = 6443;

    private readonly LabOptions options;
    private readonly UnderlayNetwork underlay;
    private readonly bool sweepAtEnd;

    private LabCluster(LabOptions options, UnderlayNetwork underlay, ImmutableArray<LabNode> nodes, int hostPort, bool sweepAtEnd)
    {
        this.options = options;
        this.underlay = underlay;
        this.sweepAtEnd = sweepAtEnd;
        Nodes = nodes;
        HostPort = hostPort;
        var lab = Path.Combine(options.Binaries, "overlay-lab");
        ApiServer = new Daemon(Instance, "apiserver", null, lab, ApiServerArguments());
        Runtime = new Daemon(Instance, "runtime", null, lab, ["runtime", "--prefix", Instance.Prefix, "--nodes", nodes.Length.ToString(CultureInfo.InvariantCulture)]);
        Operators =
        [
            .. Enumerable.Range(1, options.Operators).Select(n => new Daemon(
                Instance,
                string.Create(CultureInfo.InvariantCulture, $"operator{n}"),
                underlay.Space,
                Path.Combine(options.Binaries, "overlay-operator"),
                [
                    "--kubeconfig", NodesKubeconfig, "--probe-address", new IPEndPoint(underlay.SwitchAddress, 9964 + n).ToString(), "--identity",
                    string.Create(CultureInfo.InvariantCulture, $"operator{n}"), .. options.OperatorArguments,
                ])),
        ];
    }

    /// <summary>Which lab it is.</summary>
    public LabInstance Instance => options.Instance;

    /// <summary>The nodes.</summary>
    public ImmutableArray<LabNode> Nodes { get; }

    /// <summary>The API server's port on this machine's loopback.</summary>
    public int HostPort { get; }

    /// <summary>The underlay.</summary>
    public UnderlayNetwork Underlay => underlay;

    /// <summary>The API server's process.</summary>
    public Daemon ApiServer { get; }

    /// <summary>The operators' processes.</summary>
    public ImmutableArray<Daemon> Operators { get; }

    /// <summary>The pod runtime's process.</summary>
    public Daemon Runtime { get; }

    /// <summary>The API server, as an administrator.</summary>
    public ApiClient Api => api ?? throw new LabException("the API server is not up yet.");

    private ApiClient? api;

    private string NodesKubeconfig => Instance.Folder + "/kubeconfig-nodes";

    /// <summary>Builds a lab, after clearing what an earlier one of the name left.</summary>
    /// <param name="options">What kind of lab.</param>
    /// <param name="progress">Hears of each step.</param>
    /// <param name="sweepAtEnd">Whether it goes with this object.</param>
    /// <param name="cancel">Ends the building; what is half built stays for the next sweep.</param>
    public static async Task<LabCluster> StartAsync(LabOptions options, IProgress<LabStep>? progress, bool sweepAtEnd, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(options);
        var steps = new StepClock(progress);
        var swept = await LabSweep.RunAsync(options.Instance);
        steps.Done("clear", swept.Nothing ? "nothing was left" : $"{swept.Processes} processes and {swept.Namespaces} namespaces of an earlier run");
        Directory.CreateDirectory(options.Instance.Folder);
        options.Stack.Save(options.Instance);

        var network = UnderlayNetwork.Create(options.Instance, options.Stack);
        var nodes = Enumerable.Range(1, options.Nodes)
            .Select(n => new LabNode(options.Instance, n, network.Plug(LabNode.NameOf(n), n), network.Stack, options.Binaries))
            .ToImmutableArray();
        steps.Done("underlay", $"a switch and {nodes.Length} nodes, each a network namespace: {string.Join(", ", nodes.Select(n => $"{n.Name} {string.Join(' ', n.Addresses)}"))}");

        var cluster = new LabCluster(options, network, nodes, FreePort(), sweepAtEnd);
        try
        {
            await cluster.BuildAsync(steps, cancel);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens a lab that another process built.</summary>
    /// <param name="options">Which.</param>
    public static LabCluster Open(LabOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!File.Exists(options.Instance.Kubeconfig))
            throw new LabException($"the lab {options.Instance.Prefix} is not up: make lab starts it.");
        var network = UnderlayNetwork.Open(options.Instance);
        var count = NetworkNamespace.Names().Count(n => n.StartsWith(options.Instance.NodeNamespace("node"), StringComparison.Ordinal));
        var nodes = Enumerable.Range(1, count)
            .Select(n => new LabNode(options.Instance, n, network.OpenNode(LabNode.NameOf(n)), network.Stack, options.Binaries))
            .ToImmutableArray();
        return new LabCluster(options, network, nodes, 0, sweepAtEnd: false) { api = ApiClient.FromKubeconfig(options.Instance.Kubeconfig) };
    }

    /// <summary>A node by its name.</summary>
    /// <param name="name">As <c>node2</c>.</param>
    public LabNode Node(string name) => Nodes.First(n => string.Equals(n.Name, name, StringComparison.Ordinal));

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        api?.Dispose();
        foreach (var node in Nodes)
            node.Dispose();
        foreach (var daemon in Operators.Append(ApiServer).Append(Runtime))
            daemon.Dispose();
        underlay.Dispose();
        if (sweepAtEnd)
            await LabSweep.RunAsync(Instance);
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private string[] ApiServerArguments() =>
    [
        "apiserver", "--listen", new IPEndPoint(IPAddress.Loopback, HostPort).ToString(),
        "--listen", $"{underlay.Space.Path}@{new IPEndPoint(underlay.SwitchAddress, ApiPort)}",
        "--certs", Instance.Folder + "/pki", "--token", "lab-administrator", .. options.Installed ? ["--crds", options.Crds] : Array.Empty<string>(), "--snapshot", Instance.Folder + "/apiserver.snapshot",
        "--kubeconfig", Instance.Kubeconfig, "--lab", Instance.Prefix, .. options.ApiServerArguments,
    ];
}
