using System.Text.Json.Nodes;
using Overlay.Lab;

namespace Overlay.Bench.Datapath;

/// <summary>A crowd that fills the tables: many workloads, each with a policy of its own that names it as a source.</summary>
internal static class Crowd
{
    public const string Namespace = "crowd";

    /// <summary>Creates workloads (a pod object each, never scheduled: a tag is given as soon as a pod exists) and policies for the server.</summary>
    /// <param name="lab">The cluster.</param>
    /// <param name="count">How many workloads and policies.</param>
    /// <param name="server">The label <c>app</c> of the pods that the policies select; in <see cref="Namespace"/>.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task GatherAsync(LabCluster lab, int count, string server, CancellationToken cancel)
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancel }, async (n, stop) =>
        {
            await lab.Api.CreateAsync($"api/v1/namespaces/{Namespace}/pods", Pod(n), stop);
            await lab.Api.CreateAsync($"apis/overlay-cni.io/v1alpha1/namespaces/{Namespace}/overlaypolicies", Allow($"allow-w-{n}", server, $"w-{n}", 7000 + (n % 50)), stop);
        });
        await LabCluster.WaitAsync(
            async () => (await lab.Api.ListAsync("apis/overlay-cni.io/v1alpha1/workloadtags", cancel)).Count >= count ? "all" : null,
            TimeSpan.FromMinutes(3),
            $"{count} workloads to get their tags",
            lab.Operators[0],
            cancel);
    }

    private static JsonObject Pod(int n) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = new JsonObject { ["name"] = $"w-{n}", ["namespace"] = Namespace, ["labels"] = new JsonObject { ["app"] = $"w-{n}" } },
        ["spec"] = new JsonObject
        {
            ["schedulerName"] = "nobody",
            ["nodeName"] = "elsewhere",
            ["containers"] = new JsonArray(new JsonObject { ["name"] = "none", ["image"] = "none" }),
        },
    };

    /// <summary>A policy that lets one workload of the crowd reach another on one TCP port.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="server">The destination's label <c>app</c>.</param>
    /// <param name="client">The source's label <c>app</c>.</param>
    /// <param name="port">The port.</param>
    public static JsonObject Allow(string name, string server, string client, int port) => new()
    {
        ["apiVersion"] = "overlay-cni.io/v1alpha1",
        ["kind"] = "OverlayPolicy",
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = Namespace },
        ["spec"] = new JsonObject
        {
            ["podSelector"] = Labelled(server),
            ["ingress"] = new JsonArray(new JsonObject
            {
                ["from"] = new JsonArray(new JsonObject { ["podSelector"] = Labelled(client) }),
                ["ports"] = new JsonArray(new JsonObject { ["protocol"] = "TCP", ["port"] = port }),
            }),
        },
    };

    private static JsonObject Labelled(string app) => new() { ["matchLabels"] = new JsonObject { ["app"] = app } };
}
