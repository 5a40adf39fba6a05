using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Nodes;
using Overlay.Conformance.Data;
using LabelMap = System.Collections.Immutable.ImmutableSortedDictionary<string, string>;

namespace Overlay.Conformance.Playing;

/// <summary>What the cluster should look like at one moment of a case. Actions make the next one; a cluster follows.</summary>
public sealed record ClusterState
{
    private ClusterState(EnvironmentDeclaration environment) => Environment = environment;

    /// <summary>What it began as: nodes and externals never change.</summary>
    public EnvironmentDeclaration Environment { get; }

    /// <summary>The namespaces' labels.</summary>
    public required ImmutableSortedDictionary<string, LabelMap> Namespaces { get; init; }

    /// <summary>The pods, by <c>namespace/name</c>.</summary>
    public required ImmutableSortedDictionary<string, PodState> Pods { get; init; }

    /// <summary>The policies, their templates filled.</summary>
    public required ImmutableSortedDictionary<PolicyKey, JsonObject> Policies { get; init; }

    /// <summary>An environment, still without policies.</summary>
    /// <param name="environment">The environment.</param>
    public static ClusterState Of(EnvironmentDeclaration environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        return new ClusterState(environment)
        {
            Namespaces = environment.Namespaces.ToImmutableSortedDictionary(ns => ns.Name, ns => ns.Labels, StringComparer.Ordinal),
            Pods = environment.Pods.ToImmutableSortedDictionary(pod => pod.Key, pod => new PodState(pod, pod.Labels, 0), StringComparer.Ordinal),
            Policies = ImmutableSortedDictionary<PolicyKey, JsonObject>.Empty,
        };
    }

    /// <summary>The state after an action.</summary>
    /// <param name="action">The action.</param>
    /// <param name="addressOf">An endpoint's address, for templates; of pods that are gone, the last one.</param>
    public ClusterState After(StepAction action, Func<string, IPAddress> addressOf) => action switch
    {
        ApplyPolicy apply => Apply(apply.Manifest, addressOf),
        DeletePolicy delete => this with { Policies = Policies.Remove(PolicyKey.Of(delete.Kind, delete.Namespace, delete.Name)) },
        SetNamespaceLabels set => this with { Namespaces = Namespaces.SetItem(set.Namespace, set.Labels) },
        CreateNamespace create => this with { Namespaces = Namespaces.SetItem(create.Namespace, create.Labels) },
        DeleteNamespace delete => Without(delete.Namespace),
        SetPodLabels set => this with { Pods = Pods.SetItem($"{set.Namespace}/{set.Pod}", Pods[$"{set.Namespace}/{set.Pod}"] with { Labels = set.Labels }) },
        CreatePod create => this with { Pods = Pods.SetItem(create.Pod.Key, new PodState(create.Pod, create.Pod.Labels, Pods.Values.Max(p => p.Incarnation) + 1)) },
        DeletePod delete => this with { Pods = Pods.Remove($"{delete.Namespace}/{delete.Pod}") },
        _ => throw new ArgumentOutOfRangeException(nameof(action), action, "An action of another schema."),
    };

    private ClusterState Apply(JsonObject manifest, Func<string, IPAddress> addressOf)
    {
        var filled = JsonNode.Parse(AddressTemplates.Fill(manifest.ToJsonString(), addressOf))!.AsObject();
        var key = PolicyKey.Of((string)filled["kind"]!, (string?)filled["metadata"]!["namespace"], (string)filled["metadata"]!["name"]!);
        return this with { Policies = Policies.SetItem(key, filled) };
    }

    private ClusterState Without(string ns) => this with
    {
        Namespaces = Namespaces.Remove(ns),
        Pods = Pods.RemoveRange(Pods.Where(pod => pod.Value.Declaration.Namespace == ns).Select(pod => pod.Key)),
        Policies = Policies.RemoveRange(Policies.Keys.Where(policy => policy.Namespace == ns)),
    };
}

/// <summary>A pod at one moment.</summary>
/// <param name="Declaration">What it was made as.</param>
/// <param name="Labels">Its labels now.</param>
/// <param name="Incarnation">0 for those of the environment; a pod made again under its old name has a higher one.</param>
public sealed record PodState(PodDeclaration Declaration, LabelMap Labels, int Incarnation);
