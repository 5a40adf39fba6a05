using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Overlay.Lab;
using Overlay.Lab.Api;

namespace Overlay.EndToEnd.Tests.Kubelets;

/// <summary>Plays the controllers of DaemonSets, Deployments and Jobs, the scheduler, and what Services need: pods on the lab's nodes, and statuses that Helm waits for.</summary>
internal sealed class Controllers : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private readonly LabCluster _lab;
    private readonly ClusterServices _services;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<string, string> _told = new(StringComparer.Ordinal);
    private readonly Task _running;
    private int _made;

    private Controllers(LabCluster lab, ClusterServices services)
    {
        (_lab, _services) = (lab, services);
        _running = Task.Run(RunAsync);
    }

    /// <summary>What went wrong, if anything did.</summary>
    public ConcurrentQueue<string> Problems { get; } = [];

    public static Controllers Start(LabCluster lab, ClusterServices services) => new(lab, services);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
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
            catch (Exception e) when (e is HttpRequestException or ApiRefusedException or OperationCanceledException)
            {
                // Somebody was faster, or the server is away: again.
                Problems.Enqueue(e.Message);
            }
        }
    }

    private async Task PassAsync(CancellationToken cancel)
    {
        var all = await _lab.Api.ListAsync("api/v1/pods", cancel);
        await _services.PassAsync(await _lab.Api.ListAsync("api/v1/services", cancel), all, cancel);
        foreach (var pod in all.Where(pod => pod["spec"]!["nodeName"] is null))
            await PlaceAsync(pod, Placement.Of(pod, _lab.Nodes.Select(node => node.Name), all), cancel);
        var pods = all.ToLookup(p => (string?)p["metadata"]!["ownerReferences"]?[0]?["uid"] ?? "");
        foreach (var (resource, place) in new (string, Func<JsonObject, IReadOnlyList<JsonObject>, CancellationToken, Task<JsonObject>>)[] { ("daemonsets", OnEachAsync), ("deployments", ApartAsync) })
        {
            foreach (var owner in await LivingAsync("apis/apps/v1/" + resource, cancel))
                await TellAsync("apis/apps/v1", resource, owner, await place(owner, [.. pods[Uid(owner)]], cancel), cancel);
        }

        foreach (var job in (await LivingAsync("apis/batch/v1/jobs", cancel)).Where(j => j["status"]?["conditions"] is null))
            await TellAsync("apis/batch/v1", "jobs", job, await OnceAsync(job, [.. pods[Uid(job)]], cancel), cancel);
    }

    private async Task<IEnumerable<JsonObject>> LivingAsync(string path, CancellationToken cancel) =>
        (await _lab.Api.ListAsync(path, cancel)).Where(o => o["metadata"]!["deletionTimestamp"] is null);

    private async Task<JsonObject> OnEachAsync(JsonObject owner, IReadOnlyList<JsonObject> pods, CancellationToken cancel)
    {
        var (all, revision) = (_lab.Nodes.Length, Rollout.Revision(owner));
        await EndAsync(Rollout.ToEnd(owner, pods, all), cancel);
        // One after the other on a node: its old one must be gone.
        foreach (var node in _lab.Nodes.Where(n => pods.All(p => (string?)p["spec"]!["nodeName"] != n.Name)))
            await CreateAsync(owner, "DaemonSet", node.Name, cancel);
        var ready = pods.Count(Rollout.IsReady);
        return new JsonObject
        {
            ["observedGeneration"] = (long?)owner["metadata"]!["generation"], ["desiredNumberScheduled"] = all, ["currentNumberScheduled"] = pods.Count,
            ["updatedNumberScheduled"] = pods.Count(p => Rollout.IsOf(p, revision)), ["numberReady"] = ready, ["numberAvailable"] = ready, ["numberMisscheduled"] = 0,
        };
    }

    private async Task<JsonObject> ApartAsync(JsonObject owner, IReadOnlyList<JsonObject> pods, CancellationToken cancel)
    {
        var (wanted, revision) = ((int?)owner["spec"]!["replicas"] ?? 1, Rollout.Revision(owner));
        await EndAsync(Rollout.ToEnd(owner, pods, wanted), cancel);
        // Not beside one that is still ending: it has its port yet.
        var free = _lab.Nodes.Select(n => n.Name).OrderBy(name => pods.Count(p => (string?)p["spec"]!["nodeName"] == name)).ToArray();
        var living = pods.Where(Rollout.IsLiving).ToArray();
        for (var i = living.Length; i < wanted; i++)
            await CreateAsync(owner, "Deployment", free[(i - living.Length) % free.Length], cancel);
        var (ready, updated) = (living.Count(Rollout.IsReady), living.Count(p => Rollout.IsOf(p, revision)));
        return new JsonObject
        {
            ["observedGeneration"] = (long?)owner["metadata"]!["generation"], ["replicas"] = living.Length, ["updatedReplicas"] = updated, ["readyReplicas"] = ready,
            ["availableReplicas"] = ready,
            ["conditions"] = new JsonArray(
                Condition("Available", ready >= wanted - Rollout.MayMiss(owner, wanted), "MinimumReplicasAvailable"),
                Condition("Progressing", true, updated == wanted && ready == wanted ? "NewReplicaSetAvailable" : "ReplicaSetUpdated")),
        };
    }

    private async Task<JsonObject> OnceAsync(JsonObject owner, IReadOnlyList<JsonObject> pods, CancellationToken cancel)
    {
        const string Long = "2026-01-01T00:00:00Z";
        var failed = pods.Count(p => (string?)p["status"]?["phase"] == "Failed");
        if (pods.Any(p => (string?)p["status"]?["phase"] == "Succeeded"))
            return new JsonObject { ["succeeded"] = 1, ["startTime"] = Long, ["completionTime"] = Long, ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Complete", ["status"] = "True" }) };
        if (failed > ((int?)owner["spec"]!["backoffLimit"] ?? 6))
            return new JsonObject { ["failed"] = failed, ["startTime"] = Long, ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Failed", ["status"] = "True" }) };
        if (failed == pods.Count)
            await CreateAsync(owner, "Job", _lab.Nodes[failed % _lab.Nodes.Length].Name, cancel);
        return new JsonObject { ["active"] = 1, ["failed"] = failed };
    }

    private async Task CreateAsync(JsonObject owner, string kind, string node, CancellationToken cancel)
    {
        var metadata = owner["spec"]!["template"]!["metadata"]?.DeepClone().AsObject() ?? [];
        var (name, ns) = ((string)owner["metadata"]!["name"]!, (string)owner["metadata"]!["namespace"]!);
        metadata["name"] = string.Create(CultureInfo.InvariantCulture, $"{name}-{++_made:D5}");
        metadata["namespace"] = ns;
        Rollout.Mark(metadata, owner);
        metadata["ownerReferences"] = new JsonArray(new JsonObject
        {
            ["apiVersion"] = (string)owner["apiVersion"]!, ["kind"] = kind, ["name"] = name, ["uid"] = Uid(owner), ["controller"] = true, ["blockOwnerDeletion"] = true,
        });
        var spec = owner["spec"]!["template"]!["spec"]!.DeepClone().AsObject();
        spec["nodeName"] = node;
        await _lab.Api.CreateAsync($"api/v1/namespaces/{ns}/pods", new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Pod", ["metadata"] = metadata, ["spec"] = spec }, cancel);
    }

    private Task<JsonObject> PlaceAsync(JsonObject pod, string node, CancellationToken cancel) => _lab.Api.CreateAsync(
        $"api/v1/namespaces/{(string)pod["metadata"]!["namespace"]!}/pods/{(string)pod["metadata"]!["name"]!}/binding",
        new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Binding", ["target"] = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Node", ["name"] = node } },
        cancel);

    private async Task EndAsync(IEnumerable<JsonObject> pods, CancellationToken cancel)
    {
        foreach (var metadata in pods.Select(pod => pod["metadata"]!))
            await _lab.Api.DeleteAsync($"api/v1/namespaces/{(string)metadata["namespace"]!}/pods/{(string)metadata["name"]!}", new JsonObject { ["preconditions"] = new JsonObject { ["uid"] = (string)metadata["uid"]! } }, cancel);
    }

    private async Task TellAsync(string version, string resource, JsonObject owner, JsonObject status, CancellationToken cancel)
    {
        if (status.ToJsonString() is var text && _told.GetValueOrDefault(Uid(owner)) == text)
            return;
        var path = $"{version}/namespaces/{(string)owner["metadata"]!["namespace"]!}/{resource}/{(string)owner["metadata"]!["name"]!}/status";
        await _lab.Api.PatchAsync(path, new JsonObject { ["status"] = status }, cancel);
        _told[Uid(owner)] = text;
    }

    private static string Uid(JsonObject item) => (string)item["metadata"]!["uid"]!;

    private static JsonObject Condition(string type, bool holds, string reason) => new() { ["type"] = type, ["status"] = holds ? "True" : "False", ["reason"] = reason };
}
