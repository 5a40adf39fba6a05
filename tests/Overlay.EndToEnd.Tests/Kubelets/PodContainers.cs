using Overlay.EndToEnd.Tests.Runtimes;

namespace Overlay.EndToEnd.Tests.Kubelets;

/// <summary>How a container is.</summary>
/// <param name="Running">Whether it runs.</param>
/// <param name="ExitCode">How it ended, when it has.</param>
internal readonly record struct ContainerState(bool Running, int ExitCode);

/// <summary>The calls of a kubelet to its runtime.</summary>
internal sealed class PodContainers(CriClient runtime)
{
    /// <summary>Makes and starts a container.</summary>
    /// <param name="sandboxId">Its pod's sandbox.</param>
    /// <param name="sandbox">What that was made of.</param>
    /// <param name="container">What it is made of.</param>
    /// <returns>Its id.</returns>
    public async Task<string> RunAsync(string sandboxId, CriMessage sandbox, CriMessage container, CancellationToken cancel)
    {
        var made = await runtime.CallAsync("CreateContainer", new CriMessage().Text(1, sandboxId).Nested(2, container).Nested(3, sandbox), cancel);
        var id = CriMessage.At(made, 1).ToStringUtf8();
        await runtime.CallAsync("StartContainer", new CriMessage().Text(1, id), cancel);
        return id;
    }

    /// <summary>Asks how a container is (ContainerStatus: state 3, of which 1 is running and 2 exited; exit code 7).</summary>
    public async Task<ContainerState> StateAsync(string id, CancellationToken cancel)
    {
        var status = CriMessage.At(await runtime.CallAsync("ContainerStatus", new CriMessage().Text(1, id), cancel), 1);
        return new ContainerState(CriMessage.NumberAt(status, 3) == 1, (int)CriMessage.NumberAt(status, 7));
    }

    /// <summary>SIGTERM, and SIGKILL when it has not ended in time.</summary>
    public Task StopAsync(string id, int seconds) => runtime.CallAsync("StopContainer", new CriMessage().Text(1, id).Number(2, seconds), CancellationToken.None);

    /// <summary>Forgets an ended container.</summary>
    public Task RemoveAsync(string id) => runtime.CallAsync("RemoveContainer", new CriMessage().Text(1, id), CancellationToken.None);

    /// <summary>Makes a sandbox.</summary>
    public async Task<string> RunSandboxAsync(CriMessage sandbox, CancellationToken cancel) =>
        CriMessage.At(await runtime.CallAsync("RunPodSandbox", new CriMessage().Nested(1, sandbox), cancel), 1).ToStringUtf8();

    /// <summary>All sandboxes of a pod, also those that a runtime which ended left half made (PodSandbox: id 1, metadata 2 of uid 2 and attempt 4).</summary>
    public async Task<IReadOnlyList<(string Id, int Attempt)>> SandboxesAsync(string uid, CancellationToken cancel) =>
    [
        .. CriMessage.All(await runtime.CallAsync("ListPodSandbox", new CriMessage(), cancel), 1)
            .Where(sandbox => CriMessage.At(sandbox, 2, 2).ToStringUtf8() == uid)
            .Select(sandbox => (CriMessage.At(sandbox, 1).ToStringUtf8(), (int)CriMessage.NumberAt(CriMessage.At(sandbox, 2), 4))),
    ];

    /// <summary>Describes a sandbox of the pod network.</summary>
    public async Task<Sandbox> SandboxAsync(string id, CancellationToken cancel) =>
        Sandbox.Read(id, await runtime.CallAsync("PodSandboxStatus", new CriMessage().Text(1, id).Number(2, 1), cancel));

    /// <summary>Stops a sandbox and forgets it.</summary>
    public async Task RemoveSandboxAsync(string id)
    {
        await runtime.CallAsync("StopPodSandbox", new CriMessage().Text(1, id), CancellationToken.None);
        await runtime.CallAsync("RemovePodSandbox", new CriMessage().Text(1, id), CancellationToken.None);
    }

    /// <summary>Why the runtime has no network; null: it has (RuntimeStatus: conditions 1 of type 1, status 2, message 4).</summary>
    public async Task<string?> NetworkProblemAsync(CancellationToken cancel)
    {
        var status = CriMessage.At(await runtime.CallAsync("Status", new CriMessage(), cancel), 1);
        var network = CriMessage.All(status, 1).Single(condition => CriMessage.At(condition, 1).ToStringUtf8() == "NetworkReady");
        return CriMessage.NumberAt(network, 2) == 1 ? null : CriMessage.At(network, 4).ToStringUtf8();
    }
}
