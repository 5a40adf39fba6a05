using System.Diagnostics;
using System.Net;
using Overlay.Netlink;
using Overlay.NodeAgent.Pods;
using Overlay.NodeAgent.Rules;
using Overlay.NodeAgent.Shaping;

namespace Overlay.CniPlugin.Tests.Bed;

/// <summary>
/// One node: a network namespace with an underlay interface, the real agent in it, and pods' namespaces. The cluster's objects are files.
/// Everything it makes goes with it.
/// </summary>
internal sealed class NodeBed : IAsyncDisposable
{
    private readonly string _prefix = $"ovt-{Guid.NewGuid().ToString("N")[..8]}";
    private readonly DirectoryInfo _directory;
    private readonly List<string> _namespaces = [];
    private readonly NetworkNamespace _node;
    private Process? _agent;
    private int _pods;

    private NodeBed(string subnet, string backend = "auto")
    {
        _directory = Directory.CreateTempSubdirectory(_prefix + "-");
        Directory.CreateDirectory(Objects("").TrimEnd('/'));
        _node = Make("n");
        Kernel = RouteSocket.Open(_node);
        Kernel.SetUp(LinkIndex.Loopback);
        using (var outside = Make("u"))
        using (var other = RouteSocket.Open(outside))
        {
            Kernel.CreateVeth(new VethPair { Name = "und0", PeerName = "und0", PeerNamespace = outside });
            other.SetUp(other.GetLink("und0")!.Index);
        }

        Underlay = Kernel.GetLink("und0")!.Index;
        Kernel.SetUp(Underlay);
        Kernel.Apply(new RouteBatch().AddAddress(new InterfaceAddress(Underlay, IPAddress.Parse("192.0.2.1"), 24)));
        File.WriteAllText(Loopback, "loopback");
        Put("network", Bed.Objects.Network(backend: backend));
        Put("subnet-1", Bed.Objects.Subnet(1, subnet));
        Put("subnet-2", Bed.Objects.Subnet(2, "10.255.2.0/24"));
        Put("node", Bed.Objects.Node(1));
        Put("namespace", Bed.Objects.Namespace("shop"));
        Put("tag", Bed.Objects.Tag(16, "shop", "front"));
    }

    /// <summary>The node's links, routes, neighbours.</summary>
    public RouteSocket Kernel { get; }

    public LinkIndex Underlay { get; }

    public string Socket => Path.Combine(_directory.FullName, "run", "agent.sock");

    public string ReadyNote => Socket + ".ready";

    public string State => Path.Combine(_directory.FullName, "state");

    public string Tombstones => Path.Combine(State, "cni-tombstones");

    public string InstalledPlugin => Path.Combine(_directory.FullName, "bin", "overlay");

    public string InstalledLoopback => Path.Combine(_directory.FullName, "bin", "loopback");

    public string InstalledConf => Path.Combine(_directory.FullName, "net.d", "10-overlay.conflist");

    /// <summary>What of the kernel's state an agent could leave something in.</summary>
    public string Fingerprint => Bed.Fingerprint.Of(_node, $"{_prefix}-n");

    private string Directories => $"--state-dir {State} --run-dir {_directory}/run";

    private string Installation => $"--cni-bin-dir {_directory}/bin --cni-conf-dir {_directory}/net.d --cni-plugin {Binaries.Plugin} --cni-loopback {Loopback}";

    /// <summary>Stands in for the image's: no runtime calls it here.</summary>
    private string Loopback => Path.Combine(_directory.FullName, "loopback");

    public string Log => File.ReadAllText(Path.Combine(_directory.FullName, "agent.log"));

    /// <summary>The host ends of pods' veths.</summary>
    public IReadOnlyList<Link> Veths => [.. Devices.Where(l => l.Group != InterfaceGroups.Leaving && VethNames.IsOne(l.Name))];

    /// <summary>All devices that were made for pods, those of wires that are cut included.</summary>
    public IReadOnlyList<Link> Devices => [.. Kernel.Links().Where(l => VethNames.IsOne(l.Name) || IfbNames.IsOne(l))];

    /// <summary>The pod addresses that are routed to veths.</summary>
    public IReadOnlyList<string> Routed =>
        [.. Kernel.Routes(protocol: RouteProtocol.Overlay).Where(r => r.Destination.PrefixLength == 32).Select(r => r.Destination.BaseAddress.ToString()).Order()];

    /// <summary>A node whose agent is ready.</summary>
    public static async Task<NodeBed> StartAsync(string subnet = "10.255.1.0/24", string backend = "auto")
    {
        var bed = new NodeBed(subnet, backend);
        try
        {
            await bed.StartAgentAsync();
            return bed;
        }
        catch
        {
            await bed.DisposeAsync();
            throw;
        }
    }

    /// <summary>A node without an agent.</summary>
    public static NodeBed Prepare() => new("10.255.1.0/24");

    /// <summary>Starts the agent; it is ready when this returns.</summary>
    /// <param name="install">Whether it installs the plugin.</param>
    /// <param name="apart">Whether it does not see what is mounted on the node after its start, as a container does not.</param>
    public async Task StartAgentAsync(bool install = false, bool apart = false)
    {
        if (File.Exists(ReadyNote))
            File.Delete(ReadyNote); // else STATUS would bear with an agent that is still coming up
        var log = Path.Combine(_directory.FullName, "agent.log");
        var command = $"exec {(apart ? "unshare --mount --propagation private" : "")} {Binaries.Agent} --node-name n1 --objects {Objects("").TrimEnd('/')} {Directories} {(install ? Installation : "")} --probe-address none --log-level debug >>{log} 2>&1";
        _agent = Process.Start(new ProcessStartInfo("ip", ["netns", "exec", $"{_prefix}-n", "sh", "-c", command]) { UseShellExecute = false })!;
        await UntilAsync(() => Call("STATUS", "c0").ExitCode == 0, TimeSpan.FromSeconds(60), "the agent is ready");
    }

    /// <summary>Runs <c>overlay-agent cleanup</c> on this node.</summary>
    public (int Code, string Said) Cleanup() => Inside($"{Binaries.Agent} cleanup {Directories} {Installation}", mayFail: true);

    /// <summary>Runs a shell's line in the node's namespace.</summary>
    public (int Code, string Said) Inside(string line, bool mayFail = false)
    {
        using var shell = Process.Start(new ProcessStartInfo("ip", ["netns", "exec", $"{_prefix}-n", "sh", "-c", line + " 2>&1"]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var said = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        (mayFail || shell.ExitCode == 0).Should().BeTrue($"{line}: {said}");
        return (shell.ExitCode, said);
    }

    /// <summary>kill -9.</summary>
    public async Task KillAgentAsync()
    {
        if (_agent is null)
            return;
        _agent.Kill();
        await _agent.WaitForExitAsync(CancellationToken.None);
        _agent.Dispose();
        _agent = null;
    }

    /// <summary>A pod: its namespace, and its object in the cluster.</summary>
    public BedPod Pod(bool known = true)
    {
        var number = ++_pods;
        Make($"p{number}").Dispose();
        var pod = new BedPod($"c{number}", $"front-{number}", $"uid-{number}", Path.Combine(NetworkNamespace.NamedFolder, $"{_prefix}-p{number}"));
        if (known)
            Put($"pod-{number}", Bed.Objects.Pod("shop", pod.Name, pod.Uid, "front"));
        return pod;
    }

    /// <summary>Ends a pod's namespace, as a runtime does that forgot to detach it.</summary>
    public static void End(BedPod pod) => NetworkNamespace.Delete(Path.GetFileName(pod.Namespace));

    /// <summary>Does something as a process of the node.</summary>
    public T Enter<T>(Func<T> action) => _node.Run(action);

    public static NetworkNamespace Enter(BedPod pod) => NetworkNamespace.Open(pod.Namespace);

    public void Put(string name, string json)
    {
        // In one step, so that the agent never reads a half.
        File.WriteAllText(Objects(name) + ".tmp", json);
        File.Move(Objects(name) + ".tmp", Objects(name) + ".json", overwrite: true);
    }

    public Outcome Add(BedPod pod, string version = "1.1.0", string more = "") => Call("ADD", pod.Container, pod, version, more);

    public Outcome Del(BedPod pod, bool withNamespace = true) => Call("DEL", pod.Container, withNamespace ? pod : null);

    public Outcome Check(BedPod pod, string result, string version = "1.1.0") => Call("CHECK", pod.Container, pod, version, $",\"prevResult\":{result}");

    /// <summary>Runs the plugin as a runtime does.</summary>
    public Outcome Call(string command, string container, BedPod? pod = null, string version = "1.1.0", string more = "") =>
        Run(Variables(command, container, pod), $$"""{"cniVersion":"{{version}}","name":"overlay","type":"overlay"{{more}}}""");

    /// <summary>Runs the plugin with exactly this environment and stdin.</summary>
    public Outcome Run(IReadOnlyDictionary<string, string> variables, string stdin, bool told = true)
    {
        using var plugin = StartPlugin(variables, told);
        plugin.StandardInput.Write(stdin);
        plugin.StandardInput.Close();
        var output = plugin.StandardOutput.ReadToEnd();
        plugin.WaitForExit();
        return new Outcome(plugin.ExitCode, output);
    }

    /// <param name="variables">The CNI variables.</param>
    /// <param name="told">Whether the environment says where the agent is met, as in the lab; a runtime's does not.</param>
    public Process StartPlugin(IReadOnlyDictionary<string, string> variables, bool told = true)
    {
        var start = new ProcessStartInfo(Binaries.Plugin) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("CNI_", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        if (told)
        {
            start.Environment["OVERLAY_SOCKET"] = Socket;
            start.Environment["OVERLAY_TOMBSTONES"] = Tombstones;
        }

        return Process.Start(start)!;
    }

    public static Dictionary<string, string> Variables(string command, string container, BedPod? pod)
    {
        var variables = new Dictionary<string, string>
        {
            ["CNI_COMMAND"] = command,
            ["CNI_CONTAINERID"] = container,
            ["CNI_IFNAME"] = "eth0",
            ["CNI_PATH"] = "/opt/cni/bin",
        };
        if (pod is not null)
        {
            variables["CNI_NETNS"] = pod.Namespace;
            variables["CNI_ARGS"] = $"IgnoreUnknown=1;K8S_POD_NAMESPACE=shop;K8S_POD_NAME={pod.Name};K8S_POD_UID={pod.Uid};K8S_POD_INFRA_CONTAINER_ID={container}";
        }

        return variables;
    }

    /// <summary>Waits for a condition; says what did not come true, with the agent's last words.</summary>
    public async Task UntilAsync(Func<bool> condition, TimeSpan limit, string what)
    {
        var began = Stopwatch.StartNew();
        while (!condition())
        {
            if (began.Elapsed > limit)
                throw new TimeoutException($"not within {limit.TotalSeconds} s: {what}\n{string.Join('\n', Log.Split('\n').TakeLast(40))}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAgentAsync();
        Kernel.Dispose();
        _node.Dispose();
        foreach (var name in _namespaces)
            NetworkNamespace.Delete(name);
        _directory.Delete(recursive: true);
    }

    private NetworkNamespace Make(string suffix)
    {
        var made = NetworkNamespace.Create($"{_prefix}-{suffix}");
        _namespaces.Add($"{_prefix}-{suffix}");
        return made;
    }

    private string Objects(string name) => Path.Combine(_directory.FullName, "objects", name);
}
