using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Overlay.Lab.Api;
using Overlay.Lab.State;

namespace Overlay.Lab.Runtime;

/// <summary>
/// Scheduler, kubelet and containerd in one, for simple pods: a pod without a node gets one; a pod on a node of ours gets a sandbox,
/// a CNI ADD, an echo server and its status; a pod that is to go gets a CNI DEL and is gone.
/// </summary>
public sealed class PodRuntime
{
    private readonly LabInstance instance;
    private readonly ApiClient api;
    private readonly IReadOnlyDictionary<string, CniRuntime> nodes;
    private readonly ConcurrentDictionary<string, PodWorker> workers = new(StringComparer.Ordinal);
    private readonly Scheduler scheduler;

    /// <summary>A runtime for some nodes.</summary>
    /// <param name="instance">The lab.</param>
    /// <param name="api">The API server.</param>
    /// <param name="nodes">By node name.</param>
    public PodRuntime(LabInstance instance, ApiClient api, IReadOnlyDictionary<string, CniRuntime> nodes)
    {
        this.instance = instance;
        this.api = api;
        this.nodes = nodes;
        scheduler = new Scheduler(api, [.. nodes.Keys.Order(StringComparer.Ordinal)]);
    }

    /// <summary>Works until cancelled. The pods stay.</summary>
    /// <param name="cancel">Ends it.</param>
    public async Task RunAsync(CancellationToken cancel)
    {
        var first = true;
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                var list = await api.GetAsync("api/v1/pods", cancel) ?? throw new LabException("the API server has no pods.");
                var pods = list["items"]!.AsArray().Select(i => i!.AsObject()).ToList();
                if (first)
                    await UndoHalfMadeAsync(pods, cancel);
                first = false;
                var present = pods.Select(PodView.UidOf).ToHashSet(StringComparer.Ordinal);
                foreach (var gone in workers.Where(w => !present.Contains(w.Key)))
                    gone.Value.Post(null);
                foreach (var pod in pods)
                    Post(pod, cancel);
                await foreach (var (type, changed) in api.WatchAsync("api/v1/pods", (string)list["metadata"]!["resourceVersion"]!, cancel))
                {
                    if (type is "ERROR")
                        break;
                    if (type is "BOOKMARK")
                        continue;
                    if (type is not "DELETED")
                        Post(changed, cancel);
                    else if (workers.TryGetValue(PodView.UidOf(changed), out var worker))
                        worker.Post(null);
                }
            }
            catch (Exception e) when (e is HttpRequestException or IOException or ApiRefusedException or OperationCanceledException)
            {
                if (cancel.IsCancellationRequested)
                    return;
                await Console.Error.WriteLineAsync($"pods: {e.Message}; again in half a second");
                await Task.Delay(500, cancel);
            }
        }
    }

    private void Post(JsonObject pod, CancellationToken cancel)
    {
        var view = new PodView(pod);
        if (view.Node is null)
            scheduler.Place(view);
        else if (nodes.TryGetValue(view.Node, out var node))
            workers.GetOrAdd(view.Uid, uid => PodWorker.Start(instance, api, node, () => workers.TryRemove(uid, out _), cancel)).Post(view);
    }

    /// <summary>Sandboxes that no pod claims, left by a runtime that was killed between two steps.</summary>
    private async Task UndoHalfMadeAsync(IReadOnlyList<JsonObject> pods, CancellationToken cancel)
    {
        var claimed = pods.Select(p => new PodView(p).ContainerId).ToHashSet(StringComparer.Ordinal);
        foreach (var sandbox in Sandbox.Load(instance).Where(s => !claimed.Contains(s.ContainerId)).ToList())
        {
            if (nodes.TryGetValue(sandbox.Node, out var node))
                await node.DeleteAsync(sandbox, cancel);
            Netlink.NetworkNamespace.Delete(sandbox.NetworkNamespace);
            sandbox.Forget(instance);
        }
    }
}
