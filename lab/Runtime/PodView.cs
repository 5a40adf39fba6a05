using System.Text.Json.Nodes;

namespace Overlay.Lab.Runtime;

/// <summary>What the runtime reads of a pod.</summary>
/// <param name="pod">The pod as the API server has it.</param>
internal sealed class PodView(JsonObject pod)
{
    /// <summary>What container ids begin with, as containerd's begin with <c>containerd://</c>.</summary>
    public const string ContainerScheme = "overlay-lab://";

    public string Namespace => (string)pod["metadata"]!["namespace"]!;

    public string Name => (string)pod["metadata"]!["name"]!;

    public string Uid => UidOf(pod);

    public string Path => $"api/v1/namespaces/{Namespace}/pods/{Name}";

    public string? Node => (string?)pod["spec"]?["nodeName"] is { Length: > 0 } node ? node : null;

    public bool Terminating => pod["metadata"]!["deletionTimestamp"] is not null;

    public bool Ended => (string?)pod["status"]?["phase"] is "Succeeded" or "Failed";

    /// <summary>Whether it lives in the node's own network: then CNI is not called.</summary>
    public bool HostNetwork => (bool?)pod["spec"]?["hostNetwork"] ?? false;

    /// <summary>The sandbox that its status names.</summary>
    public string? ContainerId =>
        (string?)pod["status"]?["containerStatuses"]?.AsArray().FirstOrDefault()?["containerID"] is { } id && id.StartsWith(ContainerScheme, StringComparison.Ordinal)
            ? id[ContainerScheme.Length..]
            : null;

    public IReadOnlyList<JsonObject> Containers => [.. pod["spec"]?["containers"]?.AsArray().Select(c => c!.AsObject()) ?? []];

    /// <summary>The ports its containers name.</summary>
    public IReadOnlyList<int> Ports =>
        [.. Containers.SelectMany(c => c["ports"]?.AsArray().Select(p => (int)p!["containerPort"]!) ?? []).DefaultIfEmpty(Echo.EchoServer.DefaultPort)];

    public string? Annotation(string key) => (string?)pod["metadata"]?["annotations"]?[key];

    public static string UidOf(JsonObject pod) => (string)pod["metadata"]!["uid"]!;
}
