using System.Diagnostics;
using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Exec;
using Overlay.Lab.State;
using Overlay.Netlink;

namespace Overlay.Lab.Runtime;

/// <summary>
/// Runs programs "in" a lab's pods: in the pod's network namespace, or in its node's when it is on the node's network, with the container's variables.
/// Files and processes are the machine's own.
/// </summary>
internal sealed class PodPrograms(LabInstance instance) : IPodPrograms
{
    public Process Start(JsonObject pod, string container, IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[LabInstance.Variable] = instance.Prefix;
        var view = new PodView(pod);
        var variables = view.Containers.First(c => string.Equals((string?)c["name"], container, StringComparison.Ordinal))["env"]?.AsArray() ?? [];
        foreach (var variable in variables)
            start.Environment[(string)variable!["name"]!] = (string?)variable["value"] ?? "";
        start.FileName = Find(command[0], start.Environment["PATH"] ?? "");
        try
        {
            using var space = NetworkNamespace.Open(Path.Combine(NetworkNamespace.NamedFolder, SpaceOf(view)));
            return space.Run(() => Process.Start(start)) ?? throw new LabException($"{command[0]} did not start");
        }
        catch (Exception e) when (e is NetlinkException or System.ComponentModel.Win32Exception)
        {
            throw new LabException($"{command[0]} can not be started in {view.Namespace}/{view.Name}: {e.Message}", e);
        }
    }

    /// <summary>The container's PATH counts, not this process'.</summary>
    private static string Find(string program, string path) =>
        program.Contains('/', StringComparison.Ordinal)
            ? program
            : path.Split(':').Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists)
                ?? throw new LabException($"exec: \"{program}\": executable file not found in $PATH");

    private string SpaceOf(PodView pod) =>
        pod.HostNetwork && pod.Node is { } node ? instance.NodeNamespace(node)
        : pod.ContainerId is { } id ? instance.PodNetworkNamespace(pod.Namespace, pod.Name, id)
        : throw new LabException($"pod {pod.Namespace}/{pod.Name} does not run");
}
