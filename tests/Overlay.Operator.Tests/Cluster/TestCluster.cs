using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Overlay.Api.Json;
using Overlay.Api.Network;
using Overlay.Api.Nodes;
using Overlay.Api.Objects;
using Overlay.Api.Policies;
using Overlay.Api.Subnets;
using Overlay.Api.Workloads;
using Overlay.Kube.Connection;
using Overlay.Kube.Core;
using Overlay.Kube.Entities;
using Overlay.Lab.ApiServer;
using Overlay.Operator.Hosting;

namespace Overlay.Operator.Tests.Cluster;

/// <summary>The embedded API server with our CRDs, clients for it, and operators that run in this process.</summary>
public sealed class TestCluster : IAsyncDisposable
{
    private readonly EmbeddedApiServer _server;
    private readonly List<(CancellationTokenSource Stop, Task Run, ClusterConnection Connection)> _operators = [];
    private string? _kubeconfig;

    private TestCluster(EmbeddedApiServer server)
    {
        _server = server;
        Connection = new ClusterConnection(new ConnectionSettings { Server = server.Address });
        Networks = new(Connection, OverlayJson.Default.OverlayNetwork);
        Subnets = new(Connection, OverlayJson.Default.Subnet);
        Tags = new(Connection, OverlayJson.Default.WorkloadTag);
        Policies = new(Connection, OverlayJson.Default.OverlayPolicy);
        NetworkPolicies = new(Connection, OverlayJson.Default.NetworkPolicy);
        ClusterPolicies = new(Connection, OverlayJson.Default.ClusterNetworkPolicy);
        Nodes = new(Connection, CoreJson.Default.Node);
        Namespaces = new(Connection, CoreJson.Default.Namespace);
        Pods = new(Connection, CoreJson.Default.Pod);
        Leases = new(Connection, CoreJson.Default.Lease);
        Events = new(Connection, CoreJson.Default.Event);
    }

    public ClusterConnection Connection { get; }

    public EntityClient<OverlayNetwork> Networks { get; }

    public EntityClient<Subnet> Subnets { get; }

    public EntityClient<WorkloadTag> Tags { get; }

    public EntityClient<OverlayPolicy> Policies { get; }

    public EntityClient<NetworkPolicy> NetworkPolicies { get; }

    public EntityClient<ClusterNetworkPolicy> ClusterPolicies { get; }

    public EntityClient<Node> Nodes { get; }

    public EntityClient<Namespace> Namespaces { get; }

    public EntityClient<Pod> Pods { get; }

    public EntityClient<Lease> Leases { get; }

    public EntityClient<Event> Events { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<TestCluster> StartAsync()
    {
        var server = await EmbeddedApiServer.StartAsync(new EmbeddedApiServerOptions { CrdFolder = Path.Combine(Root(), "crds") }, Cancel);
        var cluster = new TestCluster(server);
        await cluster.NamespaceAsync(AgentLease.DefaultNamespace);
        return cluster;
    }

    /// <summary>Starts an operator; it stops with the cluster.</summary>
    public void StartOperator(bool leaderElection = true, TimeSpan? rest = null, bool labelNamespace = false)
    {
        var stop = new CancellationTokenSource();
        var connection = new ClusterConnection(new ConnectionSettings { Server = _server.Address });
        var options = new OperatorOptions
        {
            Probe = null,
            LeaderElection = leaderElection,
            LabelNamespace = labelNamespace,
            Rest = rest ?? TimeSpan.FromHours(1),
            LeaseDuration = TimeSpan.FromSeconds(3),
            RenewDeadline = TimeSpan.FromSeconds(2),
            RetryPeriod = TimeSpan.FromMilliseconds(200),
        };
        var run = new OperatorProcess(options, connection, Logs()).RunAsync(stop.Token);
        _operators.Add((stop, run, connection));
    }

    /// <summary>Writes a kubeconfig that is deleted with the cluster.</summary>
    public string WriteKubeconfig()
    {
        _kubeconfig = Path.Combine(Path.GetTempPath(), $"ovt-{Guid.NewGuid():N}.kubeconfig");
        _server.WriteKubeconfig(_kubeconfig);
        return _kubeconfig;
    }

    public async Task StopOperatorsAsync()
    {
        while (_operators.Count > 0)
        {
            await StopFirstOperatorAsync();
        }
    }

    public async Task StopFirstOperatorAsync()
    {
        var (stop, run, connection) = _operators[0];
        _operators.RemoveAt(0);
        await stop.CancelAsync();
        await Task.WhenAny(run);
        connection.Dispose();
        stop.Dispose();
    }

    public Task<OverlayNetwork> NetworkAsync(params AddressPool[] pools) => Networks.CreateAsync(
        new OverlayNetwork
        {
            Metadata = new ObjectMeta { Name = OverlayNetwork.DefaultName },
            Spec = new OverlayNetworkSpec { Pools = pools.Length > 0 ? [.. pools] : [new AddressPool("10.255.0.0/16", 24)] },
        },
        Cancel);

    /// <summary>A node joins: the object first, its addresses after, as any server takes it.</summary>
    public async Task<Node> NodeAsync(string name, string? address = null)
    {
        var node = await Nodes.CreateAsync(
            new Node
            {
                Metadata = new ObjectMeta { Name = name, Labels = ImmutableSortedDictionary<string, string>.Empty.Add("kubernetes.io/hostname", name) },
            },
            Cancel);
        var status = new NodeStatus { Addresses = [new NodeAddress("InternalIP", address ?? "192.0.2.1"), new NodeAddress("Hostname", name)] };
        return await Nodes.ChangeAsync(node.Metadata.Key, n => n with { Status = status }, Cancel, status: true);
    }

    public async Task NamespaceAsync(string name)
    {
        if (await Namespaces.FindAsync(new ObjectKey(null, name), Cancel) is null)
        {
            await Namespaces.CreateAsync(new Namespace { Metadata = new ObjectMeta { Name = name } }, Cancel);
        }
    }

    public Task<Pod> PodAsync(string ns, string name, params (string Key, string Value)[] labels) => Pods.CreateAsync(
        new Pod
        {
            Metadata = new ObjectMeta
            {
                Namespace = ns,
                Name = name,
                Labels = labels.ToImmutableSortedDictionary(l => l.Key, l => l.Value, StringComparer.Ordinal),
            },
            Spec = new PodSpec { Containers = [new Container("c")] },
        },
        Cancel);

    public Task DeletePodAsync(string ns, string name) =>
        Pods.DeleteAsync(new ObjectKey(ns, name), new DeleteOptions { GracePeriod = TimeSpan.Zero }, Cancel);

    /// <summary>Writes an agent's Lease, as an agent that has applied this version of the tags.</summary>
    public async Task AgentAsync(string node, string? applied, DateTimeOffset? renewed = null)
    {
        var key = new ObjectKey(AgentLease.DefaultNamespace, AgentLease.NameOf(node));
        var present = await Leases.FindAsync(key, Cancel);
        var annotations = ImmutableSortedDictionary<string, string>.Empty.Add(AgentLease.BackendAnnotation, "nftables");
        var lease = new Lease
        {
            Metadata = (present?.Metadata ?? new ObjectMeta { Name = key.Name, Namespace = key.Namespace }) with
            {
                Labels = ImmutableSortedDictionary<string, string>.Empty.Add(AgentLease.RoleLabel, AgentLease.Role),
                Annotations = applied is null ? annotations : annotations.Add(AgentLease.AppliedTagsAnnotation, applied),
            },
            Spec = new LeaseSpec { HolderIdentity = node, LeaseDurationSeconds = 40, RenewTime = renewed ?? TimeProvider.System.GetUtcNow() },
        };
        _ = present is null ? await Leases.CreateAsync(lease, Cancel) : await Leases.UpdateAsync(lease, Cancel);
    }

    /// <summary>A request as it is written; whatever the server answers but success fails the test.</summary>
    public async Task SendAsync(HttpMethod method, string path, string? body = null, string mediaType = "application/json")
    {
        using var client = new HttpClient { BaseAddress = _server.Address };
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body, new System.Net.Http.Headers.MediaTypeHeaderValue(mediaType));
        }

        using var answer = await client.SendAsync(request, Cancel);
        answer.IsSuccessStatusCode.Should().BeTrue(await answer.Content.ReadAsStringAsync(Cancel));
    }

    /// <summary>A definition of another version than ours: it takes everything.</summary>
    public Task LoosenAsync(string definition) => SendAsync(
        HttpMethod.Patch,
        $"apis/apiextensions.k8s.io/v1/customresourcedefinitions/{definition}",
        """[{"op":"replace","path":"/spec/versions/0/schema/openAPIV3Schema","value":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}]""",
        "application/json-patch+json");

    public static async Task<T[]> AllAsync<T>(EntityClient<T> client)
        where T : class, IEntity<T>
    {
        var all = new List<T>();
        await foreach (var entity in client.ListAllAsync(EntitySelection.All, Cancel))
        {
            all.Add(entity);
        }

        return [.. all];
    }

    /// <summary>Waits until what is asked for holds, 20 s at most.</summary>
    public static async Task<T> EventuallyAsync<T>(Func<Task<T>> look, Func<T, bool> holds, int seconds = 20, [CallerArgumentExpression(nameof(holds))] string? what = null)
    {
        var end = Environment.TickCount64 + (seconds * 1000);
        while (true)
        {
            var seen = await look();
            if (holds(seen))
            {
                return seen;
            }

            if (Environment.TickCount64 > end)
            {
                throw new TimeoutException($"not within {seconds} s: {what}; seen last: {Show(seen)}");
            }

            await Task.Delay(50, Cancel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopOperatorsAsync();
        Connection.Dispose();
        await _server.DisposeAsync();
        if (_kubeconfig is not null)
        {
            File.Delete(_kubeconfig);
        }
    }

    private static string? Show<T>(T seen) => seen is System.Collections.IEnumerable many ? string.Join(" | ", many.Cast<object>()) : seen?.ToString();

    private static ILoggerFactory Logs() => Environment.GetEnvironmentVariable("OVERLAY_TEST_LOG") is null
        ? NullLoggerFactory.Instance
        : LoggerFactory.Create(b => b.AddSimpleConsole(c => c.SingleLine = true));

    /// <summary>The repository.</summary>
    public static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));
}
