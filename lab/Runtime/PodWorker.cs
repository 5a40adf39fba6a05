using System.Threading.Channels;
using Overlay.Lab.Api;
using Overlay.Lab.Echo;
using Overlay.Lab.State;
using Overlay.Netlink;

namespace Overlay.Lab.Runtime;

/// <summary>Keeps one pod as the API server wants it, one step after the other; pods do not wait for each other.</summary>
/// <remarks>Owns the echo server; the sandbox's namespace is the kernel's.</remarks>
internal sealed class PodWorker
{
    private readonly LabInstance instance;
    private readonly PodStatusWriter status;
    private readonly CniRuntime node;
    private readonly Action ended;
    private readonly Channel<PodView?> wanted = Channel.CreateBounded<PodView?>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
    private Sandbox? sandbox;
    private EchoServer? echo;
    private PodView? last;
    private volatile bool gone;

    private PodWorker(LabInstance instance, ApiClient api, CniRuntime node, Action ended)
    {
        this.instance = instance;
        status = new PodStatusWriter(api);
        this.node = node;
        this.ended = ended;
    }

    public static PodWorker Start(LabInstance instance, ApiClient api, CniRuntime node, Action ended, CancellationToken cancel)
    {
        var worker = new PodWorker(instance, api, node, ended);
        _ = Task.Run(() => worker.RunAsync(cancel), CancellationToken.None);
        return worker;
    }

    /// <summary>The pod's latest state; null when it is gone.</summary>
    public void Post(PodView? pod)
    {
        gone |= pod is null;
        wanted.Writer.TryWrite(pod);
    }

    private async Task RunAsync(CancellationToken cancel)
    {
        var pause = TimeSpan.FromMilliseconds(250);
        await foreach (var next in wanted.Reader.ReadAllAsync(cancel))
        {
            var pod = gone ? null : next;
            while (true)
            {
                try
                {
                    await ReconcileAsync(pod, cancel);
                    pause = TimeSpan.FromMilliseconds(250);
                    break;
                }
                catch (Exception e) when (e is not OperationCanceledException || !cancel.IsCancellationRequested)
                {
                    await Console.Error.WriteLineAsync($"{last?.Namespace}/{last?.Name}: {e.Message}; again in {pause.TotalSeconds} s");
                    await Task.Delay(pause, cancel);
                    pause = TimeSpan.FromSeconds(Math.Min(4, pause.TotalSeconds * 2));
                    pod = gone ? null : wanted.Reader.TryRead(out var newer) ? newer : pod;
                }
            }

            if (pod is null)
            {
                ended();
                return;
            }
        }
    }

    private async Task ReconcileAsync(PodView? pod, CancellationToken cancel)
    {
        last = pod ?? last;
        if (pod is null || pod.Terminating || pod.Ended)
        {
            await StopAsync(pod?.ContainerId ?? last?.ContainerId, cancel);
            if (pod is { Terminating: true })
                await status.GoneAsync(pod, cancel);
        }
        else if (sandbox is null && !pod.HostNetwork)
        {
            if (!Adopt(pod))
                await StartAsync(pod, cancel);
        }
    }

    /// <summary>Takes over a sandbox that an earlier runtime made.</summary>
    private bool Adopt(PodView pod)
    {
        if (pod.ContainerId is not { } id
            || Sandbox.Load(instance).FirstOrDefault(s => string.Equals(s.ContainerId, id, StringComparison.Ordinal)) is not { } known
            || !File.Exists(known.NetworkNamespacePath))
            return false;
        sandbox = known;
        Serve(pod, known);
        return true;
    }

    private async Task StartAsync(PodView pod, CancellationToken cancel)
    {
        var fresh = Sandbox.New(instance, pod.Node!, pod.Namespace, pod.Name, pod.Uid);
        fresh.Save(instance);
        using (var space = NetworkNamespace.Create(fresh.NetworkNamespace))
        using (var links = RouteSocket.Open(space))
            links.SetUp(links.GetLink("lo")!.Index);
        var answer = await node.AddAsync(fresh, Capabilities.Of(pod), cancel);
        if (!answer.Succeeded)
        {
            await RemoveAsync(fresh, cancel);
            await status.FailedAsync(pod, answer, cancel);
            throw new LabException($"ADD: {answer}");
        }

        sandbox = fresh;
        Serve(pod, fresh);
        await status.RunningAsync(pod, fresh, answer, cancel);
    }

    private void Serve(PodView pod, Sandbox where)
    {
        using var space = NetworkNamespace.Open(where.NetworkNamespacePath);
        echo = EchoServer.Start(space, $"{pod.Namespace}/{pod.Name}", pod.Ports);
    }

    private async Task StopAsync(string? containerId, CancellationToken cancel)
    {
        sandbox ??= containerId is null
            ? null
            : Sandbox.Load(instance).FirstOrDefault(s => string.Equals(s.ContainerId, containerId, StringComparison.Ordinal));
        echo?.Dispose();
        echo = null;
        if (sandbox is not null)
            await RemoveAsync(sandbox, cancel);
        sandbox = null;
    }

    private async Task RemoveAsync(Sandbox old, CancellationToken cancel)
    {
        var answer = await node.DeleteAsync(old, cancel);
        if (!answer.Succeeded)
            throw new LabException($"DEL: {answer}");
        NetworkNamespace.Delete(old.NetworkNamespace);
        old.Forget(instance);
    }
}
