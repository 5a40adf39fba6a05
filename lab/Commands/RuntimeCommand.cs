using System.Globalization;
using System.Runtime.InteropServices;
using Overlay.Lab.Api;
using Overlay.Lab.Nodes;
using Overlay.Lab.Runtime;
using Overlay.Lab.State;
using Overlay.Lab.Underlay;
using Overlay.Netlink;

namespace Overlay.Lab.Commands;

/// <summary><c>overlay-lab runtime</c>: the process that plays scheduler, kubelet and containerd for all nodes.</summary>
internal static class RuntimeCommand
{
    public static async Task<int> RunAsync(LabInstance instance, int nodes)
    {
        using var stopping = new CancellationTokenSource();
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            stopping.Cancel();
        });
        using var api = ApiClient.FromKubeconfig(instance.Kubeconfig);
        var machines = Enumerable.Range(1, nodes).Select(n => new LabNode(
            instance,
            n,
            NetworkNamespace.Open(Path.Combine(NetworkNamespace.NamedFolder, instance.NodeNamespace(LabNode.NameOf(n)))),
            LabStack.Of(instance),
            LabPaths.Binaries())).ToList();
        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"serving pods of {nodes} nodes"));
        try
        {
            await new PodRuntime(instance, api, machines.ToDictionary(m => m.Name, m => m.Runtime, StringComparer.Ordinal)).RunAsync(stopping.Token);
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }

        foreach (var machine in machines)
            machine.Dispose();
        return 0;
    }
}
