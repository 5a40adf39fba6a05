using Microsoft.Extensions.Logging;
using Overlay.Kube.Metrics;
using Overlay.Netlink;
using Overlay.Netlink.Conntrack;
using Overlay.NodeAgent.Addresses;
using Overlay.NodeAgent.Asking;
using Overlay.NodeAgent.Asking.Kernel;
using Overlay.NodeAgent.Asking.Questions;
using Overlay.NodeAgent.Asking.Tracing;
using Overlay.NodeAgent.Cluster;
using Overlay.NodeAgent.Cluster.Known;
using Overlay.NodeAgent.Cni;
using Overlay.NodeAgent.Events;
using Overlay.NodeAgent.Flows;
using Overlay.NodeAgent.Health;
using Overlay.NodeAgent.Install;
using Overlay.NodeAgent.Pods;
using Overlay.NodeAgent.Policies;
using Overlay.NodeAgent.Ports;
using Overlay.NodeAgent.Preflight;
using Overlay.NodeAgent.Rules;
using Overlay.NodeAgent.Rules.Forwarding;
using Overlay.NodeAgent.Rules.Iptables;
using Overlay.NodeAgent.Rules.Nftables;
using Overlay.NodeAgent.Shaping;
using Overlay.NodeAgent.Vtep;

namespace Overlay.NodeAgent;

/// <summary>
/// The agent's parts, put together by hand. What is outside of the node comes in by the constructor, so a test can run everything else
/// against the real kernel without a cluster.
/// </summary>
internal sealed class Agent : IDisposable
{
    /// <summary>Longer than a watch may be without an event or a bookmark.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(3);

    private readonly ClusterCaches _caches;
    private readonly KnownObjects? _known;
    private readonly RouteSocket _host;

    /// <summary>Lists all there is while pods are wired over the other.</summary>
    private readonly RouteSocket _sweeper;
    private readonly RouteSocket _remover;
    private readonly WireRemoval _removal;
    private readonly ConntrackSocket _conntrack;
    private readonly AttachmentStore _store;
    private readonly NodeRules _nodeRules;
    private readonly RuleGathering _gathering;
    private readonly PodSweep _sweep;
    private readonly NodeLoop _node;
    private readonly KernelWatch _watch;
    private readonly ConnectionCleaning _connections;
    private readonly RulesUpkeep _upkeep;
    private readonly NodeReport _report;
    private readonly ReadyNote _ready;
    private readonly PreflightLoop _preflight;
    private readonly Installer? _installer;

    /// <summary>Puts the parts together; opens the store and the kernel's sockets. Changes nothing yet.</summary>
    /// <param name="options">How this agent runs.</param>
    /// <param name="caches">The cluster's objects, filled by somebody else.</param>
    /// <param name="podSource">Reads single pods.</param>
    /// <param name="events">Tells people.</param>
    /// <param name="backend">The kernel's rules.</param>
    /// <param name="metrics">What is counted.</param>
    /// <param name="logs">Where to log.</param>
    /// <param name="time">The clock.</param>
    /// <param name="known">Keeps what the caches hold; null: nobody does.</param>
    public Agent(
        AgentOptions options,
        ClusterCaches caches,
        IPodSource podSource,
        IAgentEvents events,
        Func<RouteSocket, NodeRules> backend,
        MetricRegistry metrics,
        ILoggerFactory logs,
        TimeProvider time,
        KnownObjects? known = null
    )
    {
        (_caches, _known) = (caches, known);
        _host = RouteSocket.Open();
        _remover = RouteSocket.Open();
        _sweeper = RouteSocket.Open();
        _removal = new WireRemoval(_host, _remover, time, logs.CreateLogger<WireRemoval>());
        _conntrack = ConntrackSocket.Open();
        _store = AttachmentStore.Open(Path.Combine(options.StateDirectory, "attachments.db"), BootId.Read(), logs.CreateLogger<AttachmentStore>());
        _nodeRules = backend(_host);
        var view = new NodeView(caches, options.NodeName);
        _gathering = new RuleGathering(caches, () => _store.Attachments, view);
        Rules = new RuleLoop(_nodeRules, () => known is { IsSettled: false } ? null : Gathered(), time, logs.CreateLogger<RuleLoop>());
        Vtep = new VtepState();
        var pools = new AddressPools(time);
        var shaping = new PodShaping(_host);
        _connections = new ConnectionCleaning(time, logs.CreateLogger<ConnectionCleaning>());
        Pods = new PodNetwork(
            _store,
            pools,
            new VethWiring(_host, _removal),
            shaping,
            Vtep,
            Rules,
            new PodFinding(caches, podSource, time),
            new HostPortConnections(_conntrack, _host),
            _connections,
            options.Probes,
            events,
            time,
            logs.CreateLogger<PodNetwork>()
        );
        _sweep = new PodSweep(_store, pools, Pods, shaping, _removal, Rules, caches, _sweeper, time, logs.CreateLogger<PodSweep>());
        var tombstones = new Tombstones(options.Tombstones, Pods, logs.CreateLogger<Tombstones>());
        var keeper = new VtepKeeper(_sweeper, options, logs.CreateLogger<VtepKeeper>());
        _node = new NodeLoop(view, Vtep, keeper, _sweep, tombstones, time, logs.CreateLogger<NodeLoop>());
        _watch = new KernelWatch(_node.Signal, logs.CreateLogger<KernelWatch>());
        _upkeep = new RulesUpkeep(() => Rules.InForce?.Inputs, _nodeRules, _host, logs.CreateLogger<RulesUpkeep>(), time);
        _ready = new ReadyNote(options.Socket, () => IsReady, time);
        Pods.BearsWithStart = () => _ready.BearsWithStart;
        _installer = options.Install is { } install ? new Installer(install, () => IsReady, time, logs.CreateLogger<Installer>()) : null;
        _preflight = new PreflightLoop(new FactGathering(_host, new SetTrial(new NftTool(options.Nft, []))), Vtep, time, logs.CreateLogger<PreflightLoop>());
        _report = new NodeReport(() => Findings, () => view.Node, events, time);
        var handler = new CniHandler(Pods, tombstones, new CniMetrics(metrics), time, logs.CreateLogger<CniHandler>());
        Server = new CniServer(options.Socket, handler, time, logs.CreateLogger<CniServer>());
        var join = new FlowJoin(options.NodeName, _gathering, index => _host.GetLink(index)?.Name);
        Flows = new FlowTelling(() => Rules.InForce, join, time, logs.CreateLogger<FlowTelling>());
        Flows.Told = new FlowMetrics(metrics, () => Flows.Lost).Count;
        Flows.Told += new AuditReport(caches.Policies.Find, events, time).Take;
        Asking = new AskServer(options.AskSocket, Questions(options), time, logs.CreateLogger<AskServer>());
        AgentMetrics.AddTo(metrics, _store, pools, _nodeRules, Vtep, () => Findings);
    }

    /// <summary>The rules.</summary>
    public RuleLoop Rules { get; }

    /// <summary>The rule engine in use.</summary>
    public string RuleBackend => _nodeRules.Backend;

    /// <summary>How the VTEP stands.</summary>
    public VtepState Vtep { get; }

    /// <summary>The pods.</summary>
    public PodNetwork Pods { get; }

    /// <summary>What this node's administrator should look into.</summary>
    public IReadOnlyCollection<Finding> Findings => [.. _upkeep.Advice.Select(FirewallFinding), .. _preflight.Findings, .. _installer?.Findings ?? []];

    /// <summary>Why the container runtime can not use Overlay; null when it can, or when installing is somebody else's.</summary>
    public string? InstallProblem => _installer?.Problem;

    /// <summary>What of the cluster this node works from, when that is not what the API server says now; null: it is.</summary>
    public string? StaleNote =>
        _caches.ArePrimed ? $"the API server has not been heard of since the agent started; it works from what was known at {_known?.StartedFrom:u}"
        : _caches.Pods.Staleness is var silence && silence > Silence && silence < TimeSpan.MaxValue ? $"the API server has not been heard of for {silence.TotalMinutes:0} minutes"
        : null;

    /// <summary>Whether pods could be added now.</summary>
    public bool IsReady => Vtep.Problem is null && Rules.IsInForce && Server.IsServing;

    /// <summary>Denied and allowed connections.</summary>
    public FlowTelling Flows { get; }

    /// <summary>The plugin's door.</summary>
    public CniServer Server { get; }

    /// <summary>The door for questions.</summary>
    private AskServer Asking { get; }

    /// <summary>Works until cancelled. Leaves pods, VTEP and rules as they are then: traffic does not need us.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        _sweep.Start();
        using var changes = _caches.OnChange(
            node: () =>
            {
                _node.Signal();
                Rules.Signal();
            },
            pods: () =>
            {
                _node.SignalPods();
                Rules.Signal();
            },
            policy: Rules.Signal
        );
        Server.Listen();
        Asking.Listen();
        await Task.WhenAll(
            Server.RunAsync(cancellation),
            Asking.RunAsync(cancellation),
            Rules.RunAsync(cancellation),
            _nodeRules.RunAsync(cancellation),
            _node.RunAsync(cancellation),
            _watch.RunAsync(cancellation),
            _connections.RunAsync(cancellation),
            _removal.RunAsync(cancellation),
            _upkeep.RunAsync(cancellation),
            _report.RunAsync(cancellation),
            _ready.RunAsync(cancellation),
            _preflight.RunAsync(cancellation),
            _installer?.RunAsync(cancellation) ?? Task.CompletedTask,
            Flows.RunAsync(cancellation),
            SignalWhenSyncedAsync(cancellation)
        );
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Server.Dispose();
        Asking.Dispose();
        _watch.Dispose();
        _connections.Dispose();
        _upkeep.Dispose();
        _node.Dispose();
        Rules.Dispose();
        _gathering.Dispose();
        _nodeRules.Dispose();
        _store.Dispose();
        _conntrack.Dispose();
        _removal.Dispose();
        _remover.Dispose();
        _host.Dispose();
        _sweeper.Dispose();
    }

    /// <summary>What rules are made from is on disk by then: see <see cref="KnownObjects"/>.</summary>
    private GatheredRules? Gathered()
    {
        var gathered = _gathering.Gather();
        _caches.WaitUntilTold();
        return gathered;
    }

    private static Finding FirewallFinding(string advice) => new(Finding.ForwardingBlocked, $"Somebody else's firewall stops pods' packets. {advice}");

    private IReadOnlyList<IQuestion> Questions(AgentOptions options)
    {
        var places = new PodPlaces(() => _store.Attachments, _host);
        var tools = new Tools([]);
        var kernel = new NodeKernel(_nodeRules, new NftablesKernel(_host, options.Nft, tools), new IptablesKernel(_host, new IptablesPrograms(tools)));
        return
        [
            new VersionQuestion(options.NodeName),
            new RulesQuestion(_nodeRules),
            new FlowsQuestion(Flows.Book),
            new SenderQuestion(kernel),
            new JudgeQuestion(_nodeRules, kernel),
            new StateQuestion(_nodeRules, _host, () => _store.Attachments, new RuleListing(options.Nft, tools)),
            new DepartQuestion(_nodeRules, kernel, _host, places),
            new ArriveQuestion(options.NodeName, _nodeRules, _host, places),
        ];
    }

    /// <summary>A kind without objects tells of no change when it has been listed.</summary>
    private async Task SignalWhenSyncedAsync(CancellationToken cancellation)
    {
        try
        {
            await _caches.WaitForSyncAsync(cancellation);
            if (_known is not null)
                await _known.WaitUntilSettledAsync(cancellation);
            _node.Signal();
            Rules.Signal();
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The agent ends before it has heard of the API server.
        }
    }
}
