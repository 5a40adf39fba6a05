using System.Text.Json.Nodes;
using Overlay.EndToEnd.Tests.Faults;
using Overlay.Lab;
using Overlay.Lab.Nodes;
using Overlay.Lab.Processes;
using Overlay.Lab.Runtime;

namespace Overlay.EndToEnd.Tests.Runtimes;

/// <summary>
/// Debian's containerd and runc in a node's namespace, with folders of their own, asked by the kubelet's interface. The node's agent
/// installs plugin and conflist for them: the runtime calls the plugin as on any node.
/// </summary>
/// <remarks>Owns containerd, its sandboxes, and the agent that installs, which stands in for the lab's.</remarks>
internal sealed class ContainerdNode : IAsyncDisposable
{
    private const string Namespace = "k8s.io";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly string _folder;
    private readonly Daemon _agent;
    private readonly Daemon _containerd;
    private readonly CriClient _cri;

    private ContainerdNode(LabCluster lab, LabNode node)
    {
        Node = node;
        _folder = Directory.CreateDirectory($"{lab.Instance.Folder}/{node.Name}/containerd").FullName;
        var published = Path.Combine(LabPaths.Repository(), "artifacts/bin");
        string[] installs = ["--cni-bin-dir", Binaries, "--cni-conf-dir", Lists, "--cni-plugin", Path.Combine(published, "overlay"), "--cni-loopback", Loopback];
        _agent = new Daemon(lab.Instance, "agent-installing-" + node.Name, node.Space, Path.Combine(published, "overlay-agent"), [.. node.AgentArguments, .. installs]);
        _containerd = new Daemon(lab.Instance, "containerd-" + node.Name, node.Space, "/usr/bin/containerd", ["--config", _folder + "/config.toml"]);
        _cri = new CriClient(Socket);
    }

    /// <summary>The node.</summary>
    public LabNode Node { get; }

    private string Socket => _folder + "/containerd.sock";

    /// <summary>By the CNI project: containerd brings a sandbox's lo up by it. This node has none, as a bare one; the agent installs it.</summary>
    private static string Loopback => new[] { "/usr/lib/cni/loopback", "/opt/cni/bin/loopback" }.First(File.Exists);

    private string Binaries => _folder + "/bin";

    private string Lists => _folder + "/net.d";

    private string Conflist => Lists + "/10-overlay.conflist";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Starts agent and containerd and waits until there is a network, an image for sandboxes, and calls are taken.</summary>
    public static async Task<ContainerdNode> StartAsync(LabCluster lab, LabNode node)
    {
        var made = new ContainerdNode(lab, node);
        made.Configure();
        await node.Agent.StopAsync(Patience);
        made._agent.Start();
        await Until.TrueAsync(Patience, $"a conflist on {node.Name}", () => File.Exists(made.Conflist), () => made._agent.LogTail());
        made._containerd.Start();
        await Until.TrueAsync(Patience, $"containerd of {node.Name}", () => made.Ctr("version").ExitCode == 0, () => made._containerd.LogTail());
        PauseImage.Write(made._folder + "/pause.tar");
        made.Ctr("images", "import", made._folder + "/pause.tar").Checked();
        return made;
    }

    /// <summary>Runs containerd's own client, in the namespace of the kubelet's containers.</summary>
    public CommandOutput Ctr(params ReadOnlySpan<string> arguments) => Node.Run("ctr", ["--address", Socket, "--namespace", Namespace, .. arguments]);

    /// <summary>Makes a pod's sandbox, as a kubelet begins a pod.</summary>
    /// <param name="ns">The pod's namespace.</param>
    /// <param name="name">Its name.</param>
    /// <param name="uid">Its UID.</param>
    /// <param name="asks">More of the sandbox's configuration, as <see cref="HostPort"/> and <see cref="Annotation"/> make it.</param>
    /// <exception cref="CriException">The runtime could not, as when the plugin refused.</exception>
    public async Task<Sandbox> RunAsync(string ns, string name, string uid, params IEnumerable<Func<CriMessage, CriMessage>> asks)
    {
        var config = new CriMessage().Nested(1, new CriMessage().Text(1, name).Text(2, uid).Text(3, ns)).Text(2, name).Nested(8, new CriMessage());
        foreach (var ask in asks)
            config = ask(config);
        var made = await _cri.CallAsync("RunPodSandbox", new CriMessage().Nested(1, config), Cancel);
        var id = CriMessage.At(made, 1).ToStringUtf8();
        return Sandbox.Read(id, await _cri.CallAsync("PodSandboxStatus", new CriMessage().Text(1, id).Number(2, 1), Cancel));
    }

    /// <summary>A port of the node that leads to a port of the pod, by TCP.</summary>
    public static Func<CriMessage, CriMessage> HostPort(int host, int pod) => config => config.Nested(5, new CriMessage().Number(2, pod).Number(3, host));

    /// <summary>An annotation of the pod: containerd makes capabilities of some.</summary>
    public static Func<CriMessage, CriMessage> Annotation(string key, string value) => config => config.Nested(7, new CriMessage().Text(1, key).Text(2, value));

    /// <summary>Stops a sandbox and forgets it, as a kubelet ends a pod.</summary>
    public async Task RemoveAsync(string id)
    {
        await _cri.CallAsync("StopPodSandbox", new CriMessage().Text(1, id), CancellationToken.None);
        await _cri.CallAsync("RemovePodSandbox", new CriMessage().Text(1, id), CancellationToken.None);
    }

    /// <summary>CHECK, with what the runtime keeps of ADD (libcni's cache): containerd itself never asks.</summary>
    public async Task<CniAnswer> CheckAsync(Sandbox sandbox)
    {
        var kept = JsonNode.Parse(await File.ReadAllTextAsync(Kept(sandbox), Cancel))!;
        var list = JsonNode.Parse(await File.ReadAllTextAsync(Conflist, Cancel))!;
        var configuration = list["plugins"]![0]!.DeepClone();
        configuration["cniVersion"] = kept["result"]!["cniVersion"]!.DeepClone();
        configuration["name"] = list["name"]!.DeepClone();
        configuration["prevResult"] = kept["result"]!.DeepClone();
        return await Node.Runtime.CallAsync(
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["CNI_COMMAND"] = "CHECK",
                ["CNI_CONTAINERID"] = sandbox.Id,
                ["CNI_NETNS"] = sandbox.NetworkNamespacePath,
                ["CNI_IFNAME"] = CniRuntime.InterfaceName,
                ["CNI_PATH"] = Binaries,
                ["CNI_ARGS"] = string.Join(';', kept["cniArgs"]!.AsArray().Select(pair => $"{pair![0]}={pair[1]}")),
            },
            configuration.ToJsonString(),
            Cancel);
    }

    /// <summary>Where libcni keeps the result of an ADD until DEL has succeeded.</summary>
    public static string Kept(Sandbox sandbox) => $"/var/lib/cni/results/overlay-{sandbox.Id}-{CniRuntime.InterfaceName}";

    public async ValueTask DisposeAsync()
    {
        foreach (var sandbox in CriMessage.All(await _cri.CallAsync("ListPodSandbox", new CriMessage(), CancellationToken.None), 1))
            await RemoveAsync(CriMessage.At(sandbox, 1).ToStringUtf8());
        await _containerd.StopAsync(Patience);
        _containerd.Dispose();
        _cri.Dispose();
        await _agent.StopAsync(Patience);
        _agent.Dispose();
        Node.Agent.Start();
        await LabCluster.WaitReadyAsync(Node, CancellationToken.None);
    }

    private void Configure()
    {
        Directory.CreateDirectory(Binaries);
        Directory.CreateDirectory(Lists);
        File.WriteAllText(
            _folder + "/config.toml",
            $"""
            version = 2
            root = "{_folder}/root"
            state = "{_folder}/state"
            [grpc]
            address = "{Socket}"
            [plugins."io.containerd.grpc.v1.cri"]
            sandbox_image = "{PauseImage.Reference}"
            netns_mounts_under_state_dir = true
            disable_apparmor = true
            restrict_oom_score_adj = true
            [plugins."io.containerd.grpc.v1.cri".cni]
            bin_dir = "{Binaries}"
            conf_dir = "{Lists}"
            """);
    }
}
