using System.Net;
using System.Text.Json.Nodes;
using Overlay.EndToEnd.Tests.Runtimes;
using Overlay.Lab;
using Overlay.Lab.Api;

namespace Overlay.EndToEnd.Tests.Kubelets;

/// <summary>One pod on a machine, from its sandbox to its end.</summary>
internal sealed class PodRun(LabCluster lab, Machine machine, KubePod pod, HttpClient http) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private readonly PodContainers _runtime = new(machine.Runtime);
    private readonly PodFolder _folder = new(machine, pod, new ServiceAccounts(lab));
    private readonly ContainerRun[] _first = [.. pod.InitContainers.Select(c => new ContainerRun(c, http))];
    private readonly ContainerRun[] _containers = [.. pod.Containers.Select(c => new ContainerRun(c, http))];
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private CriMessage _message = null!;
    private string? _sandboxId;
    private string _told = "";

    /// <summary>The pod.</summary>
    public KubePod Pod => pod;

    /// <summary>Its sandbox, when it is on the pod network.</summary>
    public Sandbox? Sandbox { get; private set; }

    /// <summary>Its containers.</summary>
    public IReadOnlyList<ContainerRun> Containers => _containers;

    /// <summary>How often its sandbox was asked for.</summary>
    public int SandboxesAskedFor { get; private set; }

    /// <summary>Why it does not get on; null: it does.</summary>
    public string? Problem { get; private set; }

    private IReadOnlyList<IPAddress> Addresses => Sandbox?.Addresses ?? machine.Node.Addresses;

    private IPAddress Address => Addresses[0];

    /// <summary>Begins.</summary>
    public void Start() => _running = Task.Run(RunAsync);

    /// <summary>Ends it as a kubelet does, and lets the object go.</summary>
    public async Task EndAsync(int grace)
    {
        await _stopping.CancelAsync();
        await _running;
        await Task.WhenAll(_first.Concat(_containers).Where(c => c.Id is not null).Select(c => _runtime.StopAsync(c.Id!, grace)));
        if (_sandboxId is not null)
            await _runtime.RemoveSandboxAsync(_sandboxId);
        _folder.Remove();
        try
        {
            await lab.Api.DeleteAsync(pod.Path, new JsonObject { ["gracePeriodSeconds"] = 0, ["preconditions"] = new JsonObject { ["uid"] = pod.Uid } }, CancellationToken.None);
        }
        catch (ApiRefusedException e) when (e.Code == HttpStatusCode.Conflict)
        {
            // A pod that has ended goes at once when it is deleted, and another of its name is there already.
        }
    }

    public void Dispose() => _stopping.Dispose();

    /// <summary>What is going on, for messages.</summary>
    public override string ToString() =>
        $"{pod.Namespace}/{pod.Name}: {Problem} {string.Join("; ", _first.Concat(_containers).Select(c => $"{c.Name} {c.State} started {c.Attempts} times, heard: {c.Heard}\n{_folder.LastWords(c.Container)}"))}";

    private async Task RunAsync()
    {
        var cancel = _stopping.Token;
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await MakeSandboxAsync(cancel);
                if (!await InitializeAsync(cancel))
                    return;
                while (!await LookAsync(cancel))
                    await Task.Delay(Pause, cancel);
                return;
            }
            catch (Exception e) when (!cancel.IsCancellationRequested && e is CriException or HttpRequestException or ApiRefusedException or LabException or OperationCanceledException)
            {
                Problem = e.Message;
                await Task.Delay(Pause * 5, cancel).ContinueWith(_ => { }, TaskScheduler.Default);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task MakeSandboxAsync(CancellationToken cancel)
    {
        if (_sandboxId is not null)
            return;
        if (!pod.HostNetwork && await _runtime.NetworkProblemAsync(cancel) is { } problem)
            throw new LabException(problem);
        _folder.Prepare();
        var attempt = 0;
        foreach (var (left, its) in await _runtime.SandboxesAsync(pod.Uid, cancel))
        {
            // What came of a try whose answer was lost is of no use; a pod has one sandbox.
            await _runtime.RemoveSandboxAsync(left);
            attempt = Math.Max(attempt, its + 1);
        }

        _message = pod.Sandbox(machine.CgroupParent + "/" + pod.Uid, _folder.Logs, attempt);
        SandboxesAskedFor++;
        var id = await _runtime.RunSandboxAsync(_message, cancel);
        Sandbox = pod.HostNetwork ? null : await _runtime.SandboxAsync(id, cancel);
        _sandboxId = id;
    }

    /// <summary>Runs the init containers one after the other.</summary>
    /// <returns>False: one failed, and the pod with it.</returns>
    private async Task<bool> InitializeAsync(CancellationToken cancel)
    {
        foreach (var first in _first)
        {
            while (first.Id is null || first.State is not { Running: false, ExitCode: 0 })
            {
                if (first.Id is null || (!first.State.Running && first.MayStart))
                    await StartAsync(first, cancel);
                await Task.Delay(Pause, cancel);
                first.Seen(await _runtime.StateAsync(first.Id!, cancel));
                var failed = first.State is { Running: false, ExitCode: not 0 } && pod.RestartPolicy == "Never";
                await TellAsync(failed ? "Failed" : "Pending", cancel);
                if (failed)
                    return false;
            }
        }

        return true;
    }

    /// <summary>Looks at each container, and does what is to be done.</summary>
    /// <returns>Whether the pod has ended.</returns>
    private async Task<bool> LookAsync(CancellationToken cancel)
    {
        foreach (var container in _containers)
        {
            if (container.Id is not null)
                container.Seen(await _runtime.StateAsync(container.Id, cancel));
            var again = pod.RestartPolicy == "Always" || (pod.RestartPolicy == "OnFailure" && container.State.ExitCode != 0);
            if (container.Id is null || (!container.State.Running && again && container.MayStart))
                await StartAsync(container, cancel);
            else if (container.State.Running && !await container.AskAsync(cancel))
                await _runtime.StopAsync(container.Id, pod.GracePeriod);
        }

        var ended = pod.RestartPolicy != "Always" && _containers.All(c => !c.State.Running && (c.State.ExitCode == 0 || pod.RestartPolicy == "Never"));
        await TellAsync(!ended ? "Running" : _containers.All(c => c.State.ExitCode == 0) ? "Succeeded" : "Failed", cancel);
        Problem = null;
        return ended;
    }

    private async Task StartAsync(ContainerRun container, CancellationToken cancel)
    {
        if (container.Container["lifecycle"] is not null)
            throw new NotSupportedException("lifecycle");
        var services = pod.ServiceLinks ? await lab.Api.ListAsync($"api/v1/namespaces/{pod.Namespace}/services", cancel) : [];
        var variables = Variables.Of(pod, container.Container, ClusterServices.ApiServer, services, machine.Node.Address, Address);
        container.Started(await _runtime.RunAsync(_sandboxId!, _message, ContainerMessage.Of(pod, container.Container, variables, _folder.Mounts(container.Container), container.Attempts), cancel));
    }

    private async Task TellAsync(string phase, CancellationToken cancel)
    {
        var ready = phase == "Running" && _containers.All(c => c.IsReady);
        var status = new JsonObject
        {
            ["phase"] = phase,
            ["hostIP"] = machine.Node.Address.ToString(),
            ["podIP"] = Address.ToString(),
            ["podIPs"] = new JsonArray([.. Addresses.Select(address => new JsonObject { ["ip"] = address.ToString() })]),
            ["conditions"] = new JsonArray(Condition("Initialized", phase != "Pending"), Condition("ContainersReady", ready), Condition("Ready", ready)),
            ["initContainerStatuses"] = new JsonArray([.. _first.Select(c => c.Status(_folder.LastWords(c.Container)))]),
            ["containerStatuses"] = new JsonArray([.. _containers.Select(c => c.Status(c.State.Running || c.Id is null ? "" : _folder.LastWords(c.Container)))]),
        };
        if (status.ToJsonString() is var text && text == _told)
            return;
        await lab.Api.PatchAsync(pod.Path + "/status", new JsonObject { ["metadata"] = new JsonObject { ["uid"] = pod.Uid }, ["status"] = status }, cancel);
        _told = text;
    }

    private static JsonObject Condition(string type, bool holds) => new() { ["type"] = type, ["status"] = holds ? "True" : "False" };
}
