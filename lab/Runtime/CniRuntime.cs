using System.Diagnostics;
using System.Text.Json.Nodes;
using Overlay.Lab.State;
using Overlay.Netlink;

namespace Overlay.Lab.Runtime;

/// <summary>
/// Calls CNI plugins as a container runtime does: the plugin of the conflist, executed in the node's namespace, parameters in the
/// environment, configuration on stdin (CNI SPEC 1.1.0, sections 2 and 3).
/// </summary>
public sealed class CniRuntime
{
    /// <summary>The interface in the pod.</summary>
    public const string InterfaceName = "eth0";

    private readonly LabInstance instance;
    private readonly string plugin;
    private readonly IReadOnlyDictionary<string, string> environment;

    /// <summary>A runtime on one node.</summary>
    /// <param name="instance">The lab.</param>
    /// <param name="node">The node's namespace.</param>
    /// <param name="plugin">The plugin binary.</param>
    /// <param name="environment">Where the plugin finds its agent, when not in the usual place.</param>
    public CniRuntime(LabInstance instance, NetworkNamespace node, string plugin, IReadOnlyDictionary<string, string> environment)
    {
        this.instance = instance;
        Node = node;
        this.plugin = plugin;
        this.environment = environment;
    }

    /// <summary>The node's namespace.</summary>
    public NetworkNamespace Node { get; }

    /// <summary>The plugin binary.</summary>
    public string Plugin => plugin;

    /// <summary>The network configuration list of every node.</summary>
    public static JsonObject Conflist() => new()
    {
        ["cniVersion"] = "1.1.0",
        ["name"] = "overlay",
        ["plugins"] = new JsonArray(new JsonObject { ["type"] = "overlay", ["capabilities"] = new JsonObject { ["bandwidth"] = true, ["portMappings"] = true } }),
    };

    /// <summary>The configuration that the plugin gets: its entry of the list, with name and version.</summary>
    public static JsonObject Configuration() => new() { ["cniVersion"] = "1.1.0", ["name"] = "overlay", ["type"] = "overlay" };

    /// <summary>ADD of a sandbox.</summary>
    /// <param name="sandbox">The sandbox; its namespace exists.</param>
    /// <param name="cancel">Ends the wait; the plugin is killed.</param>
    public Task<CniAnswer> AddAsync(Sandbox sandbox, CancellationToken cancel) => CallAsync("ADD", sandbox, Configuration(), cancel);

    /// <summary>ADD of a sandbox whose pod asks for host ports or bandwidth.</summary>
    /// <param name="sandbox">The sandbox; its namespace exists.</param>
    /// <param name="runtimeConfig">What it asks for; null: nothing.</param>
    /// <param name="cancel">Ends the wait; the plugin is killed.</param>
    internal Task<CniAnswer> AddAsync(Sandbox sandbox, JsonObject? runtimeConfig, CancellationToken cancel)
    {
        var configuration = Configuration();
        if (runtimeConfig is not null)
            configuration["runtimeConfig"] = runtimeConfig;
        return CallAsync("ADD", sandbox, configuration, cancel);
    }

    /// <summary>DEL of a sandbox.</summary>
    /// <param name="sandbox">The sandbox; its namespace may be gone.</param>
    /// <param name="cancel">Ends the wait; the plugin is killed.</param>
    public Task<CniAnswer> DeleteAsync(Sandbox sandbox, CancellationToken cancel) => CallAsync("DEL", sandbox, Configuration(), cancel);

    /// <summary>Any call about a sandbox.</summary>
    /// <param name="command">ADD, DEL, CHECK.</param>
    /// <param name="sandbox">The sandbox.</param>
    /// <param name="configuration">stdin.</param>
    /// <param name="cancel">Ends the wait; the plugin is killed.</param>
    public Task<CniAnswer> CallAsync(string command, Sandbox sandbox, JsonObject configuration, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return CallAsync(Variables(command, sandbox), configuration.ToJsonString(), cancel);
    }

    /// <summary>The CNI variables of a call about a sandbox.</summary>
    /// <param name="command">ADD, DEL, CHECK.</param>
    /// <param name="sandbox">The sandbox; its namespace may be gone.</param>
    public IReadOnlyDictionary<string, string> Variables(string command, Sandbox sandbox)
    {
        ArgumentNullException.ThrowIfNull(sandbox);
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["CNI_COMMAND"] = command,
            ["CNI_CONTAINERID"] = sandbox.ContainerId,
            ["CNI_NETNS"] = sandbox.NetworkNamespacePath,
            ["CNI_IFNAME"] = InterfaceName,
            ["CNI_PATH"] = Path.GetDirectoryName(plugin)!,
            ["CNI_ARGS"] = $"IgnoreUnknown=1;K8S_POD_NAMESPACE={sandbox.PodNamespace};K8S_POD_NAME={sandbox.PodName};"
                + $"K8S_POD_INFRA_CONTAINER_ID={sandbox.ContainerId};K8S_POD_UID={sandbox.PodUid}",
        };
    }

    /// <summary>All that the plugin finds in its environment.</summary>
    /// <param name="variables">The CNI variables.</param>
    public IEnumerable<KeyValuePair<string, string>> Environment(IReadOnlyDictionary<string, string> variables) =>
        [new("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"), new(LabInstance.Variable, instance.Prefix), .. environment, .. variables];

    /// <summary>Any call at all, however wrong.</summary>
    /// <param name="variables">The CNI variables.</param>
    /// <param name="stdin">What the plugin reads.</param>
    /// <param name="cancel">Ends the wait; the plugin is killed.</param>
    public async Task<CniAnswer> CallAsync(IReadOnlyDictionary<string, string> variables, string stdin, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        using var process = StartPlugin(variables);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancel);
            await process.StandardInput.WriteAsync(stdin.AsMemory(), cancel);
            process.StandardInput.Close();
            await process.WaitForExitAsync(cancel);
            return new CniAnswer(process.ExitCode, await output, watch.Elapsed);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
    }

    /// <summary>Starts the plugin and leaves it to the caller (who may kill it half-way). Its stdin is open.</summary>
    /// <param name="variables">The CNI variables.</param>
    public Process StartPlugin(IReadOnlyDictionary<string, string> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        var start = new ProcessStartInfo(plugin) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment.Clear();
        foreach (var (name, value) in Environment(variables))
            start.Environment[name] = value;
        return Node.Run(() => Process.Start(start)) ?? throw new LabException($"{plugin} did not start.");
    }
}
