using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Overlay.Lab.Processes;
using Overlay.Lab.Runtime;
using Overlay.Lab.State;
using Overlay.Lab.Underlay;
using Overlay.Netlink;

namespace Overlay.Lab.Nodes;

/// <summary>One machine of the lab: a namespace with an address on the underlay, an agent, a container runtime.</summary>
/// <remarks>Owns the open namespace and describes the agent's process, which outlives it.</remarks>
public sealed class LabNode : IDisposable
{
    /// <summary>Where an agent answers probes and metrics.</summary>
    public const int ProbePort = 9469;

    private readonly LabInstance instance;

    /// <summary>A node whose namespace exists.</summary>
    /// <param name="instance">The lab.</param>
    /// <param name="number">Its number, from 1.</param>
    /// <param name="space">Its namespace; owned from here on.</param>
    /// <param name="stack">The underlay's address families.</param>
    /// <param name="binaries">The folder of the published binaries.</param>
    public LabNode(LabInstance instance, int number, NetworkNamespace space, LabStack stack, string binaries)
    {
        ArgumentNullException.ThrowIfNull(instance);
        ArgumentNullException.ThrowIfNull(stack);
        this.instance = instance;
        Number = number;
        Addresses = stack.NodeAddresses(number);
        Space = space;
        Agent = new Daemon(
            instance,
            "agent-" + Name,
            space,
            Path.Combine(binaries, "overlay-agent"),
            AgentArguments);
        Runtime = new CniRuntime(instance, space, Path.Combine(binaries, "overlay"), PluginEnvironment);
    }

    /// <summary>Its number.</summary>
    public int Number { get; }

    /// <summary><c>node1</c> and so on.</summary>
    public string Name => NameOf(Number);

    /// <summary>Its addresses on the underlay, the VTEP's own first.</summary>
    public ImmutableArray<IPAddress> Addresses { get; }

    /// <summary>Its first address on the underlay.</summary>
    public IPAddress Address => Addresses[0];

    /// <summary>Its network namespace.</summary>
    public NetworkNamespace Space { get; }

    /// <summary>What the agent is told.</summary>
    public IReadOnlyList<string> AgentArguments =>
    [
        "--node-name", Name, "--kubeconfig", instance.Folder + "/kubeconfig-nodes", "--state-dir", StateFolder, "--run-dir", RunFolder,
        "--probe-address", new IPEndPoint(Address, ProbePort).ToString(),
    ];

    /// <summary>The agent's process.</summary>
    public Daemon Agent { get; }

    /// <summary>Its CNI calls.</summary>
    public CniRuntime Runtime { get; }

    /// <summary>Stands for /var/lib/overlay.</summary>
    public string StateFolder => $"{instance.Folder}/{Name}/lib";

    /// <summary>Stands for /run/overlay.</summary>
    public string RunFolder => $"{instance.Folder}/{Name}/run";

    /// <summary>Where the plugin finds this node's agent.</summary>
    public IReadOnlyDictionary<string, string> PluginEnvironment => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["OVERLAY_SOCKET"] = RunFolder + "/agent.sock",
        ["OVERLAY_TOMBSTONES"] = StateFolder + "/cni-tombstones",
    };

    /// <summary>Where its agent answers probes.</summary>
    /// <param name="path">As <c>readyz</c> or <c>metrics</c>.</param>
    public Uri ProbeUri(string path) => new($"http://{new IPEndPoint(Address, ProbePort)}/{path}");

    /// <summary>A node's name.</summary>
    /// <param name="number">Its number.</param>
    public static string NameOf(int number) => string.Create(CultureInfo.InvariantCulture, $"node{number}");

    /// <summary>The Node object that a kubelet would register.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="stack">The underlay's address families.</param>
    public static JsonObject Registration(int number, LabStack stack) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Node",
        ["metadata"] = new JsonObject
        {
            ["name"] = NameOf(number),
            ["labels"] = new JsonObject { ["kubernetes.io/hostname"] = NameOf(number), ["kubernetes.io/os"] = "linux" },
        },
        ["spec"] = new JsonObject(),
        ["status"] = Status(number, stack),
    };

    /// <summary>The status that a kubelet would write.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="stack">The underlay's address families.</param>
    public static JsonObject Status(int number, LabStack stack) => new()
    {
        ["addresses"] = new JsonArray(
        [
            .. stack.NodeAddresses(number).Select(address => new JsonObject { ["type"] = "InternalIP", ["address"] = address.ToString() }),
            new JsonObject { ["type"] = "Hostname", ["address"] = NameOf(number) },
        ]),
        ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = "True", ["reason"] = "KubeletReady", ["message"] = "a namespace of the lab" }),
    };

    /// <summary>Runs a program in the node's namespace and returns what it printed.</summary>
    /// <param name="program">As <c>ip</c> or <c>nft</c>.</param>
    /// <param name="arguments">Its arguments.</param>
    public CommandOutput Run(string program, params ReadOnlySpan<string> arguments) => RunIn(Space, program, arguments);

    /// <summary>Runs a program in the namespace of one of its pods.</summary>
    /// <param name="pod">The pod's namespace.</param>
    /// <param name="program">As <c>ip</c>.</param>
    /// <param name="arguments">Its arguments.</param>
    internal CommandOutput RunIn(NetworkNamespace pod, string program, params ReadOnlySpan<string> arguments) => Command.Run(instance, pod, program, arguments);

    /// <inheritdoc />
    public void Dispose()
    {
        Agent.Dispose();
        Space.Dispose();
    }
}
