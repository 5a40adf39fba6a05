using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Overlay.Api.Json;
using Overlay.Api.Network;
using Overlay.Api.Objects;
using Overlay.Api.Policies;
using Overlay.Api.Subnets;
using Overlay.Api.Workloads;
using Overlay.Kube.Core;

namespace Overlay.Cli.Files;

/// <summary>The objects of some documents that matter to policy. What else there is, is passed over.</summary>
/// <param name="defaultNamespace">The namespace of objects that name none.</param>
internal sealed class FileObjects(string defaultNamespace)
{
    private readonly Dictionary<(string Kind, ObjectKey Key), string> _from = [];

    /// <summary>The networks; one should be, or none.</summary>
    public List<OverlayNetwork> Networks { get; } = [];

    /// <summary>The OverlayPolicies.</summary>
    public List<OverlayPolicy> Policies { get; } = [];

    /// <summary>The NetworkPolicies.</summary>
    public List<NetworkPolicy> NetworkPolicies { get; } = [];

    /// <summary>The ClusterNetworkPolicies.</summary>
    public List<ClusterNetworkPolicy> ClusterPolicies { get; } = [];

    /// <summary>The Subnets, which tell of nodes.</summary>
    public List<Subnet> Subnets { get; } = [];

    /// <summary>The namespaces.</summary>
    public List<Namespace> Namespaces { get; } = [];

    /// <summary>The tags.</summary>
    public List<WorkloadTag> Tags { get; } = [];

    /// <summary>The pods, and one for each pod template, under its owner's name.</summary>
    public List<Pod> Pods { get; } = [];

    /// <summary>Kinds that judge traffic in some clusters, but not in Overlay.</summary>
    public SortedSet<string> NotJudged { get; } = new(StringComparer.Ordinal);

    /// <summary>Takes over one document, or every object of a List.</summary>
    /// <param name="document">The document.</param>
    /// <param name="file">Where it is from, for messages.</param>
    /// <exception cref="ObjectFileException">It is no object, one that the API server would refuse, or is there twice.</exception>
    public void Add(JsonNode document, string file)
    {
        if (document is not JsonObject body || Text(body, "kind") is not { } kind || Text(body, "apiVersion") is not { } version)
            throw new ObjectFileException($"{file}: a document is no Kubernetes object: it lacks apiVersion or kind");
        if (kind is "List" && body["items"] is JsonArray items)
        {
            foreach (var item in items.OfType<JsonNode>())
                Add(item, file);
            return;
        }

        switch (kind, version.Split('/')[0])
        {
            case ("OverlayNetwork", Api.OverlayGroup.Name):
                Networks.Add(Read(body, OverlayJson.Default.OverlayNetwork, file));
                break;
            case ("OverlayPolicy", Api.OverlayGroup.Name):
                var policy = Read(body, OverlayJson.Default.OverlayPolicy, file);
                Policies.Add(policy with { Metadata = Placed(policy.Metadata) });
                break;
            case ("NetworkPolicy", "networking.k8s.io"):
                var networkPolicy = Read(body, OverlayJson.Default.NetworkPolicy, file);
                NetworkPolicies.Add(networkPolicy with { Metadata = Placed(networkPolicy.Metadata) });
                break;
            case ("ClusterNetworkPolicy", "policy.networking.k8s.io"):
                ClusterPolicies.Add(Read(body, OverlayJson.Default.ClusterNetworkPolicy, file));
                break;
            case ("Subnet", Api.OverlayGroup.Name):
                Subnets.Add(Read(body, OverlayJson.Default.Subnet, file));
                break;
            case ("WorkloadTag", Api.OverlayGroup.Name):
                Tags.Add(Read(body, OverlayJson.Default.WorkloadTag, file));
                break;
            case ("Namespace", "v1"):
                Namespaces.Add(Read(body, CoreJson.Default.Namespace, file));
                break;
            case ("Pod", "v1"):
                var pod = Read(body, CoreJson.Default.Pod, file);
                Pods.Add(pod with { Metadata = Placed(pod.Metadata) });
                break;
            case ("AdminNetworkPolicy" or "BaselineAdminNetworkPolicy", "policy.networking.k8s.io"):
                NotJudged.Add(kind);
                break;
            case (_, "apps" or "batch" or "v1") when Template(body) is { } template:
                Pods.Add(OfTemplate(body, template, file));
                break;
        }
    }

    private T Read<T>(JsonObject body, JsonTypeInfo<T> json, string file)
        where T : class, IEntity
    {
        var name = $"{Text(body, "kind")} {Text(body["metadata"] as JsonObject, "name")}";
        try
        {
            var entity = body.Deserialize(json)!;
            var key = new ObjectKey(Text(body["metadata"] as JsonObject, "namespace") ?? defaultNamespace, entity.Metadata.Name);
            if (entity.Metadata.Name.Length == 0)
                throw new ObjectFileException($"{file}: a {entity.Kind} has no metadata.name");
            if (!_from.TryAdd((entity.Kind, key), file))
                throw new ObjectFileException($"{name} is in {_from[(entity.Kind, key)]} and again in {file}: which one shall count? Leave one out.");
            return entity;
        }
        catch (JsonException e)
        {
            throw new ObjectFileException($"{file}: {name}: {e.Path?.TrimStart('$', '.')}: the value does not fit the field (the API server would refuse it)", e);
        }
    }

    private ObjectMeta Placed(ObjectMeta metadata) => metadata with { Namespace = metadata.Namespace ?? defaultNamespace };

    private Pod OfTemplate(JsonObject owner, JsonObject template, string file)
    {
        var pod = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["metadata"] = new JsonObject
            {
                ["name"] = Text(owner["metadata"] as JsonObject, "name"),
                ["namespace"] = Text(owner["metadata"] as JsonObject, "namespace") ?? defaultNamespace,
                ["labels"] = (template["metadata"] as JsonObject)?["labels"]?.DeepClone(),
            },
            ["spec"] = template["spec"]?.DeepClone() ?? new JsonObject(),
        };
        return Read(pod, CoreJson.Default.Pod, file);
    }

    // Deployment and its like; CronJob has it a level deeper.
    private static JsonObject? Template(JsonObject body)
    {
        var spec = body["spec"] as JsonObject;
        return ((spec?["jobTemplate"] as JsonObject)?["spec"] as JsonObject ?? spec)?["template"] as JsonObject;
    }

    private static string? Text(JsonObject? body, string name) =>
        body?[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
