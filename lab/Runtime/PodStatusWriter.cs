using System.Globalization;
using System.Text.Json.Nodes;
using Overlay.Lab.Api;

namespace Overlay.Lab.Runtime;

/// <summary>Writes what a kubelet writes about a pod: status, Events, the final deletion.</summary>
internal sealed class PodStatusWriter(ApiClient api)
{
    private static readonly string[] Conditions = ["PodScheduled", "Initialized", "ContainersReady", "Ready"];

    public Task RunningAsync(PodView pod, Sandbox sandbox, CniAnswer answer, CancellationToken cancel)
    {
        var now = Now();
        var id = PodView.ContainerScheme + sandbox.ContainerId;
        var addresses = answer.Addresses.Select(a => a.ToString()).ToList();
        return api.PatchAsync(
            pod.Path + "/status",
            new JsonObject
            {
                ["metadata"] = new JsonObject { ["uid"] = pod.Uid },
                ["status"] = new JsonObject
                {
                    ["phase"] = "Running",
                    ["podIP"] = addresses.FirstOrDefault(),
                    ["podIPs"] = new JsonArray([.. addresses.Select(a => new JsonObject { ["ip"] = a })]),
                    ["startTime"] = now,
                    ["conditions"] = new JsonArray([.. Conditions.Select(type => new JsonObject
                    {
                        ["type"] = type,
                        ["status"] = "True",
                        ["lastTransitionTime"] = now,
                    })]),
                    ["containerStatuses"] = new JsonArray([.. pod.Containers.Select(c => new JsonObject
                    {
                        ["name"] = (string?)c["name"],
                        ["image"] = (string?)c["image"] ?? "",
                        ["imageID"] = "",
                        ["containerID"] = id,
                        ["ready"] = true,
                        ["started"] = true,
                        ["restartCount"] = 0,
                        ["state"] = new JsonObject { ["running"] = new JsonObject { ["startedAt"] = now } },
                    })]),
                },
            },
            cancel);
    }

    public Task FailedAsync(PodView pod, CniAnswer answer, CancellationToken cancel)
    {
        var now = Now();
        return api.CreateAsync(
            $"api/v1/namespaces/{pod.Namespace}/events",
            new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "Event",
                ["metadata"] = new JsonObject { ["name"] = $"{pod.Name}.{Guid.NewGuid().ToString("N")[..12]}", ["namespace"] = pod.Namespace },
                ["involvedObject"] = new JsonObject
                {
                    ["apiVersion"] = "v1",
                    ["kind"] = "Pod",
                    ["namespace"] = pod.Namespace,
                    ["name"] = pod.Name,
                    ["uid"] = pod.Uid,
                },
                ["reason"] = "FailedCreatePodSandBox",
                ["message"] = $"CNI ADD failed, {answer}",
                ["type"] = "Warning",
                ["count"] = 1,
                ["firstTimestamp"] = now,
                ["lastTimestamp"] = now,
                ["source"] = new JsonObject { ["component"] = "overlay-lab", ["host"] = pod.Node },
            },
            cancel);
    }

    public Task GoneAsync(PodView pod, CancellationToken cancel) => api.DeleteAsync(
        pod.Path,
        new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "DeleteOptions",
            ["gracePeriodSeconds"] = 0,
            ["preconditions"] = new JsonObject { ["uid"] = pod.Uid },
        },
        cancel);

    private static string Now() => TimeProvider.System.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
