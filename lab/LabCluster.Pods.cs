using System.Net;
using System.Text.Json.Nodes;
using Overlay.Lab.Api;
using Overlay.Lab.Runtime;
using Overlay.Netlink;

namespace Overlay.Lab;

/// <summary>Namespaces and pods of a lab.</summary>
public sealed partial class LabCluster
{
    /// <summary>Creates a Kubernetes namespace; one that exists is fine.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="labels">Its labels, beside <c>kubernetes.io/metadata.name</c>.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task CreateNamespaceAsync(string name, IReadOnlyDictionary<string, string>? labels, CancellationToken cancel)
    {
        var body = Named("Namespace", name);
        body["metadata"]!["labels"] = Labels(labels);
        try
        {
            await Api.CreateAsync("api/v1/namespaces", body, cancel);
        }
        catch (ApiRefusedException e) when (e.Code == HttpStatusCode.Conflict)
        {
            // It is there.
        }
    }

    /// <summary>Creates a pod object.</summary>
    /// <param name="ns">Its namespace.</param>
    /// <param name="name">Its name.</param>
    /// <param name="labels">Its labels.</param>
    /// <param name="node">Where it shall run; null: anywhere.</param>
    /// <param name="ports">Its ports; none: 8080.</param>
    /// <param name="cancel">Ends it.</param>
    public Task<JsonObject> CreatePodAsync(
        string ns,
        string name,
        IReadOnlyDictionary<string, string>? labels,
        string? node,
        IReadOnlyList<int>? ports,
        CancellationToken cancel) => Api.CreateAsync(
            $"api/v1/namespaces/{ns}/pods",
            new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "Pod",
                ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = ns, ["labels"] = Labels(labels) },
                ["spec"] = new JsonObject
                {
                    ["nodeName"] = node,
                    ["containers"] = new JsonArray(new JsonObject
                    {
                        ["name"] = "echo",
                        ["image"] = "overlay-lab/echo",
                        ["ports"] = new JsonArray([.. (ports ?? []).Select(p => new JsonObject { ["containerPort"] = p })]),
                    }),
                },
            },
            cancel);

    /// <summary>Creates a pod and waits until it runs.</summary>
    /// <inheritdoc cref="CreatePodAsync"/>
    public async Task<LabPod> RunPodAsync(
        string ns,
        string name,
        IReadOnlyDictionary<string, string>? labels,
        string? node,
        CancellationToken cancel,
        IReadOnlyList<int>? ports = null)
    {
        await CreatePodAsync(ns, name, labels, node, ports, cancel);
        return await WaitRunningAsync(ns, name, cancel);
    }

    /// <summary>Waits until a pod runs.</summary>
    /// <param name="ns">Its namespace.</param>
    /// <param name="name">Its name.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <param name="patience">How long.</param>
    public async Task<LabPod> WaitRunningAsync(string ns, string name, CancellationToken cancel, TimeSpan? patience = null)
    {
        var path = $"api/v1/namespaces/{ns}/pods/{name}";
        var pod = await WaitAsync(
            async () => await Api.GetAsync(path, cancel) is { } got && (string?)got["status"]?["phase"] is "Running" ? got : null,
            patience ?? TimeSpan.FromSeconds(20),
            $"pod {ns}/{name} to run",
            Runtime,
            cancel);
        return OpenPod(pod);
    }

    /// <summary>All running pods.</summary>
    /// <param name="cancel">Ends it.</param>
    public async Task<IReadOnlyList<LabPod>> PodsAsync(CancellationToken cancel) =>
        [.. (await Api.ListAsync("api/v1/pods", cancel)).Where(p => (string?)p["status"]?["phase"] is "Running" && p["metadata"]!["deletionTimestamp"] is null && !new PodView(p).HostNetwork).Select(OpenPod)];

    /// <summary>Deletes a pod and waits until it is gone.</summary>
    /// <param name="ns">Its namespace.</param>
    /// <param name="name">Its name.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task DeletePodAsync(string ns, string name, CancellationToken cancel)
    {
        var path = $"api/v1/namespaces/{ns}/pods/{name}";
        await Api.DeleteAsync(path, null, cancel);
        await WaitAsync(
            async () => await Api.GetAsync(path, cancel) is null ? "gone" : null,
            TimeSpan.FromSeconds(20),
            $"pod {ns}/{name} to go",
            Runtime,
            cancel);
    }

    private LabPod OpenPod(JsonObject pod)
    {
        var view = new PodView(pod);
        var id = view.ContainerId ?? throw new LabException($"pod {view.Namespace}/{view.Name} runs without a sandbox of this lab.");
        var space = NetworkNamespace.Open(Path.Combine(NetworkNamespace.NamedFolder, Instance.PodNetworkNamespace(view.Namespace, view.Name, id)));
        return new LabPod(view.Namespace, view.Name, view.Uid, Node(view.Node!), [.. pod["status"]!["podIPs"]!.AsArray().Select(ip => IPAddress.Parse((string)ip!["ip"]!))], id, space);
    }

    private static JsonObject Labels(IReadOnlyDictionary<string, string>? labels) =>
        new((labels ?? new Dictionary<string, string>(StringComparer.Ordinal)).Select(l => KeyValuePair.Create(l.Key, (JsonNode?)l.Value)));
}
