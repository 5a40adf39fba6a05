using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Overlay.Lab;
using Overlay.Lab.Api;
using Overlay.Lab.Underlay;

namespace Overlay.EndToEnd.Tests.Kubelets;

/// <summary>
/// Plays the kubelet of a machine, as far as the chart's pods need one: what a Pod says becomes calls of the container runtime interface, probes are asked,
/// statuses written. What it does not know of a pod it refuses rather than leaves out.
/// </summary>
internal sealed class Kubelet : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private readonly LabCluster _lab;
    private readonly HttpClient _http;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<string, PodRun> _pods = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Task> _ending = new(StringComparer.Ordinal);
    private readonly Task _running;

    private Kubelet(LabCluster lab, Machine machine)
    {
        (_lab, Machine) = (lab, machine);
        _http = NamespaceHttp.Client(machine.Node.Space);
        _running = Task.Run(RunAsync);
    }

    /// <summary>Where it is.</summary>
    public Machine Machine { get; }

    /// <summary>Why the runtime has no network; null: it has.</summary>
    public string? NetworkProblem { get; private set; } = "not asked yet";

    /// <summary>A namespace whose pods the test runs by itself.</summary>
    public string? LeftAlone { get; set; }

    /// <summary>The pods that it runs.</summary>
    public IEnumerable<PodRun> Pods => _pods.Values;

    private string NodePath => "api/v1/nodes/" + Machine.Node.Name;

    /// <summary>Begins.</summary>
    public static Kubelet Start(LabCluster lab, Machine machine) => new(lab, machine);

    /// <summary>The pod of a name, or the one whose name begins so.</summary>
    public PodRun? Find(string name) => _pods.Values.FirstOrDefault(p => p.Pod.Name == name || p.Pod.Name.StartsWith(name + "-", StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        await Task.WhenAll(_ending.Values);
        _http.Dispose();
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await PassAsync(_stopping.Token);
                await Task.Delay(Pause, _stopping.Token);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is HttpRequestException or ApiRefusedException or OperationCanceledException or Runtimes.CriException)
            {
                NetworkProblem = e.Message;
            }
        }
    }

    private async Task PassAsync(CancellationToken cancel)
    {
        var wanted = (await _lab.Api.ListAsync($"api/v1/pods?fieldSelector=spec.nodeName={Machine.Node.Name}", cancel)).Select(p => new KubePod(p)).Where(p => p.Namespace != LeftAlone).ToDictionary(p => p.Uid, StringComparer.Ordinal);
        foreach (var gone in _pods.Values.Select(run => run.Pod).Where(pod => !wanted.ContainsKey(pod.Uid) && !_ending.ContainsKey(pod.Uid)))
            _ending[gone.Uid] = EndAsync(gone);
        foreach (var pod in wanted.Values)
        {
            if (pod.Terminating && !_ending.ContainsKey(pod.Uid))
                _ending[pod.Uid] = EndAsync(pod);
            else if (!pod.Terminating && !pod.Ended && !_pods.ContainsKey(pod.Uid))
                (_pods[pod.Uid] = new PodRun(_lab, Machine, pod, _http)).Start();
        }

        var problem = await new PodContainers(Machine.Runtime).NetworkProblemAsync(cancel);
        if (problem != NetworkProblem)
            await _lab.Api.PatchAsync(NodePath + "/status", new JsonObject { ["status"] = new JsonObject { ["conditions"] = new JsonArray([.. await ConditionsAsync(problem, cancel)]) } }, cancel);
        NetworkProblem = problem;
    }

    private async Task EndAsync(KubePod pod)
    {
        if (!_pods.TryGetValue(pod.Uid, out var run))
            run = new PodRun(_lab, Machine, pod, _http);
        await run.EndAsync(pod.GracePeriod);
        _pods.TryRemove(pod.Uid, out _);
        run.Dispose();
    }

    /// <summary>Its own, Ready, and those of others.</summary>
    private async Task<IEnumerable<JsonObject>> ConditionsAsync(string? problem, CancellationToken cancel)
    {
        var others = ((await _lab.Api.GetAsync(NodePath, cancel))?["status"]?["conditions"] as JsonArray ?? []).OfType<JsonObject>().Where(c => (string)c["type"]! != "Ready");
        var ready = new JsonObject { ["type"] = "Ready", ["status"] = problem is null ? "True" : "False", ["reason"] = problem is null ? "KubeletReady" : "KubeletNotReady", ["message"] = problem ?? "" };
        return others.Select(c => c.DeepClone().AsObject()).Append(ready);
    }
}
