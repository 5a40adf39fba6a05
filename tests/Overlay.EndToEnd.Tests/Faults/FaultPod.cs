using System.Net;
using System.Text.Json.Nodes;
using Overlay.Lab;
using Overlay.Lab.Api;
using Overlay.Lab.Echo;
using Overlay.Lab.Nodes;
using Overlay.Lab.Probes;
using Overlay.Lab.Runtime;
using Overlay.Netlink;

namespace Overlay.EndToEnd.Tests.Faults;

/// <summary>A pod whose runtime is the test: object, sandbox and CNI calls are made one by one.</summary>
/// <remarks>Owns sandbox, namespace and echo server.</remarks>
internal sealed class FaultPod : IAsyncDisposable
{
    private static readonly JsonObject Now = new() { ["gracePeriodSeconds"] = 0 };

    private readonly LabCluster _lab;
    private EchoServer? _echo;

    private FaultPod(LabCluster lab, LabNode node, string ns, string name, string uid)
    {
        _lab = lab;
        Node = node;
        Namespace = ns;
        Name = name;
        Uid = uid;
        (Sandbox, Space) = NewSandbox();
    }

    /// <summary>Where it runs.</summary>
    public LabNode Node { get; }

    /// <summary>Its Kubernetes namespace.</summary>
    public string Namespace { get; }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its UID.</summary>
    public string Uid { get; }

    /// <summary>Its present sandbox.</summary>
    public Sandbox Sandbox { get; private set; }

    /// <summary>The sandbox's namespace.</summary>
    public NetworkNamespace Space { get; private set; }

    /// <summary>What the last successful ADD gave; null before, and after DEL.</summary>
    public IPAddress? Address { get; private set; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Makes the object and an empty sandbox.</summary>
    public static async Task<FaultPod> CreateAsync(LabCluster lab, LabNode node, string ns, string name, string app)
    {
        var made = await lab.CreatePodAsync(ns, name, new Dictionary<string, string>(StringComparer.Ordinal) { ["app"] = app }, node.Name, null, Cancel);
        return new FaultPod(lab, node, ns, name, (string)made["metadata"]!["uid"]!);
    }

    /// <summary>Makes it, adds it to the network and lets it serve.</summary>
    public static async Task<FaultPod> RunAsync(LabCluster lab, LabNode node, string ns, string name, string app)
    {
        var pod = await CreateAsync(lab, node, ns, name, app);
        (await pod.AddAsync()).Succeeded.Should().BeTrue($"{name} must be added; the agent says:\n{node.Agent.LogTail()}");
        pod.Serve();
        return pod;
    }

    /// <summary>CNI ADD.</summary>
    public async Task<CniAnswer> AddAsync()
    {
        var answer = await Node.Runtime.AddAsync(Sandbox, Cancel);
        if (answer.Succeeded)
            Address = answer.Addresses[0];
        return answer;
    }

    /// <summary>CNI DEL.</summary>
    public async Task<CniAnswer> DeleteAsync()
    {
        var answer = await Node.Runtime.DeleteAsync(Sandbox, Cancel);
        Address = null;
        return answer;
    }

    /// <summary>The variables that a runtime passes.</summary>
    /// <param name="command">The CNI command.</param>
    public Dictionary<string, string> Variables(string command) => new(StringComparer.Ordinal)
    {
        ["CNI_COMMAND"] = command,
        ["CNI_CONTAINERID"] = Sandbox.ContainerId,
        ["CNI_NETNS"] = Sandbox.NetworkNamespacePath,
        ["CNI_IFNAME"] = CniRuntime.InterfaceName,
        ["CNI_PATH"] = "/opt/cni/bin",
        ["CNI_ARGS"] = $"IgnoreUnknown=1;K8S_POD_NAMESPACE={Namespace};K8S_POD_NAME={Name};K8S_POD_INFRA_CONTAINER_ID={Sandbox.ContainerId};K8S_POD_UID={Uid}",
    };

    /// <summary>Starts the echo server inside.</summary>
    public void Serve() => _echo = EchoServer.Start(Space, $"{Namespace}/{Name}", [EchoServer.DefaultPort]);

    /// <summary>Where the echo server listens.</summary>
    public IPEndPoint At => new(Address ?? throw new InvalidOperationException($"{Name} has no address."), EchoServer.DefaultPort);

    /// <summary>Whether this pod can talk to another by TCP.</summary>
    public async Task<bool> ReachesAsync(FaultPod other, TimeSpan? patience = null) => (await Probe.TcpAsync(Space, other.At, Cancel, patience)).Connected;

    /// <summary>Throws the sandbox away, as a runtime does after a failure, and makes another.</summary>
    public void Renew()
    {
        Discard();
        (Sandbox, Space) = NewSandbox();
        Address = null;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Node.Runtime.DeleteAsync(Sandbox, CancellationToken.None);
        Discard();
        try
        {
            await _lab.Api.DeleteAsync($"api/v1/namespaces/{Namespace}/pods/{Name}", Now, CancellationToken.None);
        }
        catch (Exception e) when (e is HttpRequestException or ApiRefusedException or OperationCanceledException)
        {
            // The API server is part of some faults.
        }
    }

    private void Discard()
    {
        _echo?.Dispose();
        _echo = null;
        Space.Dispose();
        NetworkNamespace.Delete(Sandbox.NetworkNamespace);
    }

    private (Sandbox, NetworkNamespace) NewSandbox()
    {
        var sandbox = Sandbox.New(_lab.Instance, Node.Name, Namespace, Name, Uid);
        var space = NetworkNamespace.Create(sandbox.NetworkNamespace);
        using var links = RouteSocket.Open(space);
        links.SetUp(links.GetLink("lo")!.Index);
        return (sandbox, space);
    }
}
