using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging;
using Overlay.Api.Nodes;
using Overlay.Cni.Frames;
using Overlay.NodeAgent.Asking;
using Overlay.NodeAgent.Install;

namespace Overlay.NodeAgent;

/// <summary>How this agent runs. Each option is an argument (<c>--node-name n1</c>) or an environment variable (<c>OVERLAY_NODE_NAME</c>); the argument wins.</summary>
internal sealed record AgentOptions
{
    /// <summary>The name of the Node this agent serves.</summary>
    public required string NodeName { get; init; }

    /// <summary>A kubeconfig file; null: KUBECONFIG, the service account, or ~/.kube/config.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>A directory of JSON files in place of the API server; null: the API server.</summary>
    public string? Objects { get; init; }

    /// <summary>Where the attachment store is; kept over restarts.</summary>
    public string StateDirectory { get; init; } = "/var/lib/overlay";

    /// <summary>The socket that the plugin calls.</summary>
    public string Socket { get; init; } = Meeting.DefaultSocket;

    /// <summary>The socket that <c>overlay-agent ask</c> calls.</summary>
    public string AskSocket { get; init; } = "/run/overlay/" + AskServer.SocketName;

    /// <summary>Where the plugin keeps DELs for us.</summary>
    public string Tombstones { get; init; } = Meeting.DefaultTombstones;

    /// <summary>Where probes and metrics are answered; null: nowhere.</summary>
    public IPEndPoint? Probes { get; init; } = new(IPAddress.Any, 9469);

    /// <summary>The underlay address; null: the one in the Subnet, that is the Node's InternalIP.</summary>
    public IPAddress? UnderlayAddress { get; init; }

    /// <summary>The interface whose first address is the underlay address; null: see <see cref="UnderlayAddress"/>.</summary>
    public string? UnderlayInterface { get; init; }

    /// <summary>The MTU of VTEP and pods in bytes; 0: the network's, or found out from the underlay.</summary>
    public int Mtu { get; init; }

    /// <summary>Whether the VTEP leaves checksums to hardware; null: by the kernel's version (off before 5.7).</summary>
    public bool? ChecksumOffload { get; init; }

    /// <summary>The namespace of this agent's Lease.</summary>
    public string LeaseNamespace { get; init; } = AgentLease.DefaultNamespace;

    /// <summary>The nft program.</summary>
    public string Nft { get; init; } = "nft";

    /// <summary>Where plugin and configuration are installed; null: nowhere.</summary>
    public InstallOptions? Install { get; init; }

    /// <summary>Where the kernel's network settings are when <see cref="Sysctls"/> says nothing else.</summary>
    public const string DefaultSysctls = "/proc/sys/net";

    /// <summary>A mount of the kernel's network settings that can be written.</summary>
    public string Sysctls { get; init; } = DefaultSysctls;

    /// <summary>Whether logs are JSON, a line each.</summary>
    public bool JsonLogs { get; init; }

    /// <summary>The least that is logged.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>What the arguments may be.</summary>
    public const string Usage = """
        overlay-agent [OPTIONS]: one node of the overlay.
        overlay-agent cleanup [OPTIONS]: remove everything of it from this node, once no agent runs: devices, routes, rules, sets, files. It tells what it
        did, may be run again, and exits with 1 when something stayed. Give it the agent's own directories.
        overlay-agent pause: do nothing until it is ended.

          --node-name NAME            the Node served (default: the host's name)
          --kubeconfig FILE           (default: KUBECONFIG, else the service account, else ~/.kube/config)
          --objects DIR               JSON files, one object each, in place of an API server: for tests and experiments
          --state-dir DIR             kept over restarts (/var/lib/overlay)
          --run-dir DIR               holds agent.sock and ask.sock (/run/overlay)
          --socket PATH               the plugin's socket (RUN-DIR/agent.sock); the plugin finds it by OVERLAY_SOCKET
          --tombstones DIR            DELs the plugin kept (STATE-DIR/cni-tombstones); the plugin finds it by OVERLAY_TOMBSTONES
          --probe-address ADDR:PORT   /healthz, /readyz, /metrics (0.0.0.0:9469); "none" for none
          --underlay-address ADDR     (default: the Subnet's, that is the Node's InternalIP)
          --underlay-interface NAME   take this interface's first address as the underlay address
          --mtu BYTES                 1280 to 65535 (default: OverlayNetwork.spec.mtu, else found out)
          --checksum-offload on|off|auto   on the VTEP (auto: off on kernels before 5.7)
          --lease-namespace NS        (overlay-system)
          --nft PATH                  the nft program (nft)
          --cni-bin-dir DIR           install the plugin here, the runtime's plugin directory (default: install nothing)
          --cni-conf-dir DIR          and its configuration here (/etc/cni/net.d)
          --cni-conf-name NAME        under this name; runtimes use the first by name (10-overlay.conflist)
          --cni-plugin FILE           the plugin to install (/opt/overlay/bin/overlay)
          --cni-loopback FILE         install this as the plugin "loopback" where the plugin directory has none (default: none)
          --sysctl-dir DIR            a mount of /proc/sys/net that can be written (/proc/sys/net), for containers that are not privileged
          --log-format text|json      (text)
          --log-level LEVEL           trace, debug, information, warning, error (information)

        overlay-agent probe serve --port PORT
        overlay-agent probe connect --address ADDR --port PORT --expect allowed|denied [--within SECONDS]
                                    whether one pod reaches another, for the chart's tests

        Each is also an environment variable: --node-name is OVERLAY_NODE_NAME.

        overlay-agent ask WHAT [ARGUMENTS]: asks the agent that runs here (OVERLAY_RUN_DIR says where its ask.sock is) and prints its answer, in JSON.
        """;

    /// <summary>Reads arguments and environment.</summary>
    /// <param name="arguments">The program's arguments.</param>
    /// <param name="environment">Looks a variable up.</param>
    /// <exception cref="FormatException">An argument is unknown or has a bad value; the message names it.</exception>
    public static AgentOptions Parse(IReadOnlyList<string> arguments, Func<string, string?> environment)
    {
        var given = new GivenOptions(arguments, environment);
        var state = given.Text("state-dir") ?? "/var/lib/overlay";
        var run = given.Text("run-dir") ?? "/run/overlay";
        var socket = given.Text("socket") ?? Path.Combine(run, "agent.sock");
        var tombstones = given.Text("tombstones") ?? Path.Combine(state, "cni-tombstones");
        var options = new AgentOptions
        {
            NodeName = given.Text("node-name") ?? environment("NODE_NAME") ?? Dns.GetHostName(),
            Kubeconfig = given.Text("kubeconfig"),
            Objects = given.Text("objects"),
            StateDirectory = state,
            Socket = socket,
            AskSocket = Path.Combine(run, AskServer.SocketName),
            Tombstones = tombstones,
            Probes = given.Parse(
                "probe-address",
                text => string.Equals(text, "none", StringComparison.Ordinal) ? null : IPEndPoint.Parse(text),
                new IPEndPoint(IPAddress.Any, 9469)
            ),
            UnderlayAddress = given.Parse("underlay-address", IPAddress.Parse, null),
            UnderlayInterface = given.Text("underlay-interface"),
            Mtu = given.Parse("mtu", ParseMtu, 0),
            ChecksumOffload = given.Parse("checksum-offload", ParseSwitch, null),
            LeaseNamespace = given.Text("lease-namespace") ?? AgentLease.DefaultNamespace,
            Nft = given.Text("nft") ?? "nft",
            Install = Installation(given, state, socket, tombstones),
            Sysctls = given.Parse("sysctl-dir", ParseFolder, DefaultSysctls),
            JsonLogs = given.Parse("log-format", ParseFormat, false),
            LogLevel = given.Parse("log-level", text => Enum.Parse<LogLevel>(text, ignoreCase: true), LogLevel.Information),
        };
        given.RefuseUnknown();
        return options;
    }

    private static InstallOptions? Installation(GivenOptions given, string state, string socket, string tombstones)
    {
        var bin = given.Text("cni-bin-dir");
        var options = new InstallOptions(
            bin ?? "",
            given.Text("cni-conf-dir") ?? InstallOptions.DefaultConfDirectory,
            given.Text("cni-plugin") ?? InstallOptions.DefaultPluginFile,
            given.Parse("cni-conf-name", ParseConfName, InstallOptions.DefaultConfName),
            socket,
            tombstones
        )
        {
            LoopbackFile = given.Text("cni-loopback"),
            LoopbackRecord = Path.Combine(state, InstallOptions.LoopbackRecordName),
        };
        if (bin is not null && new[] { socket, tombstones }.FirstOrDefault(path => !path.StartsWith('/') || path.AsSpan().ContainsAny("\"\\")) is { } strange)
            throw new FormatException($"the path \"{strange}\" can not be told to the plugin: it must begin with / and hold neither quotes nor backslashes");
        return bin is null ? null : options;
    }

    private static string ParseConfName(string text) =>
        text.EndsWith(".conflist", StringComparison.Ordinal) && !text.Contains('/', StringComparison.Ordinal) && text[0] != '.'
            ? text
            : throw new FormatException("it must be a file name that ends in .conflist");

    private static int ParseMtu(string text) =>
        int.Parse(text, CultureInfo.InvariantCulture) is var mtu and (0 or (>= 1280 and <= 65535))
            ? mtu
            : throw new FormatException("it must be 1280 to 65535, or 0");

    private static string ParseFolder(string text) =>
        Directory.Exists(text) ? text : throw new FormatException("there is no such folder; is the host's /proc/sys/net mounted there?");

    private static bool? ParseSwitch(string text) =>
        text switch
        {
            "on" => true,
            "off" => false,
            "auto" => null,
            _ => throw new FormatException("it must be on, off or auto"),
        };

    private static bool ParseFormat(string text) =>
        text switch
        {
            "json" => true,
            "text" => false,
            _ => throw new FormatException("it must be text or json"),
        };
}
