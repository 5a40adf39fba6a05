using System.Collections.Immutable;
using Overlay.Chart.Tests.Helm;
using Overlay.EndToEnd.Tests.Faults;
using Overlay.Lab;
using Overlay.Lab.Nodes;
using Overlay.Lab.Underlay;
using Overlay.Netlink;

namespace Overlay.EndToEnd.Tests.Kubelets;

/// <summary>Three machines with containerd and what plays their kubelets; the API server knows nothing of Overlay: a cluster that waits for its network.</summary>
internal sealed class KubeletCluster : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Controllers _controllers;

    private KubeletCluster(LabCluster lab, ClusterServices services, IReadOnlyList<Kubelet> kubelets)
    {
        (Lab, Kubelets) = (lab, kubelets);
        _controllers = Controllers.Start(lab, services);
    }

    /// <summary>Underlay and API server.</summary>
    public LabCluster Lab { get; }

    /// <summary>A kubelet for each node.</summary>
    public IReadOnlyList<Kubelet> Kubelets { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Builds it, after sweeping what an earlier run left.</summary>
    /// <param name="name">Its name; one of a name at a time.</param>
    /// <param name="sharedRoot">Whether its machines' / is shared.</param>
    /// <param name="stack">The families of its nodes; null: IPv4 alone.</param>
    public static async Task<KubeletCluster> StartAsync(string name, bool sharedRoot, LabStack? stack = null)
    {
        var options = FaultLab.Options(name) with { Installed = false, Stack = stack ?? LabStack.IPv4 };
        options = options with { ApiServerArguments = ServiceAccounts.Arguments(Enumerable.Range(1, options.Nodes).Select(LabNode.NameOf)) };
        var lab = await LabCluster.StartAsync(options, null, sweepAtEnd: true, Cancel);
        try
        {
            var images = ChartImages.Archives(lab.Instance.Folder);
            var services = new ClusterServices(lab);
            services.Provide();
            var machines = await Task.WhenAll(lab.Nodes.Select(node => Machine.StartAsync(lab, node, images, sharedRoot)));
            return new KubeletCluster(lab, services, [.. machines.Select(machine => Kubelet.Start(lab, machine))]);
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes a pod that does nothing, by its kubelet, and opens its namespace.</summary>
    public async Task<KubeletPod> RunPodAsync(string ns, string name, int node, string? app = null)
    {
        var on = Kubelets[node];
        await Lab.Api.CreateAsync($"api/v1/namespaces/{ns}/pods", IdlePod.Of(ns, name, on.Machine.Node.Name, app), Cancel);
        await Until.TrueAsync(Patience, $"{ns}/{name} to run", () => on.Find(name) is { } run && run.Containers.All(c => c.IsReady), () => $"{on.Find(name)}");
        var sandbox = on.Find(name)!.Sandbox!;
        return new KubeletPod(name, on.Machine.Node.Name, sandbox.Addresses, NetworkNamespace.Open(on.Machine.At(sandbox.NetworkNamespacePath)));
    }

    /// <summary>Deletes a pod and waits until its kubelet has let it go.</summary>
    public async Task DeletePodAsync(string ns, string name)
    {
        await Lab.Api.DeleteAsync($"api/v1/namespaces/{ns}/pods/{name}", null, Cancel);
        await Until.TrueAsync(
            Patience,
            $"{ns}/{name} to go",
            async () => Kubelets.All(k => k.Pods.All(p => p.Pod.Name != name)) && await Lab.Api.GetAsync($"api/v1/namespaces/{ns}/pods/{name}", Cancel) is null,
            ToString);
    }

    /// <summary>Runs helm.</summary>
    public Task<HelmAnswer> TryHelmAsync(params string[] arguments) =>
        HelmTool.RunAsync([.. arguments, "-n", HelmTool.Namespace, "--kubeconfig", Lab.Instance.Kubeconfig, "--timeout", "200s"]);

    /// <summary>Runs helm, which must succeed.</summary>
    public async Task<string> HelmAsync(params string[] arguments)
    {
        var answer = await TryHelmAsync(arguments);
        answer.Code.Should().Be(0, "helm {0} said: {1}{2}\n{3}", arguments[0], answer.Output, answer.Error, this);
        TestContext.Current.TestOutputHelper!.WriteLine(answer.Output);
        return answer.Output;
    }

    /// <summary>What is on each machine.</summary>
    public IReadOnlyList<ImmutableSortedSet<string>> Traces() => [.. Kubelets.Select(k => MachineTraces.Of(k.Machine))];

    /// <summary>When the last pod has ended, each machine has what it had before, and nothing more.</summary>
    public async Task ShouldLeaveNothingBeyondAsync(IReadOnlyList<ImmutableSortedSet<string>> before)
    {
        await Until.TrueAsync(Patience, "the last pods to end", () => !Kubelets.SelectMany(k => k.Pods).Any(), ToString);
        await Until.TrueAsync(Patience, "each machine to be as before", () => !Left().Any(), () => string.Join('\n', Left()));

        // A namespace's devices go behind the answer that it is gone (cleanup_net in net/core/net_namespace.c).
        IEnumerable<string> Left() => Kubelets.Zip(Traces(), before).SelectMany(k => k.Second.Except(k.Third).Select(trace => $"{k.First.Machine.Node.Name}: {trace}"));
    }

    /// <summary>All that runs, for messages.</summary>
    public override string ToString() => string.Join('\n', Kubelets.Select(k => $"{k.Machine.Node.Name}: {k.NetworkProblem}\n{string.Join('\n', k.Pods)}")) + string.Join('\n', _controllers.Problems.TakeLast(3));

    public async ValueTask DisposeAsync()
    {
        await _controllers.DisposeAsync();
        foreach (var kubelet in Kubelets)
            await kubelet.DisposeAsync();
        foreach (var machine in Kubelets.Select(k => k.Machine))
        {
            await machine.StopAsync();
            machine.Dispose();
        }

        await Lab.DisposeAsync();
    }
}
