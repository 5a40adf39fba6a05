using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Overlay.Api.Network;
using Overlay.Api.Objects;
using Overlay.Api.Policies;
using Overlay.Api.Workloads;

namespace Overlay.Conformance.Worlds;

/// <summary>A small cluster to try policies on: namespaces, pods, policies, and the tags an operator would have made.</summary>
public sealed class World
{
    /// <summary>Labels of namespaces.</summary>
    public Dictionary<string, ImmutableSortedDictionary<string, string>> Namespaces { get; } = new(StringComparer.Ordinal);
    /// <summary>Labels of pods, by <c>namespace/name</c>.</summary>
    public Dictionary<string, ImmutableSortedDictionary<string, string>> Pods { get; } = new(StringComparer.Ordinal);
    /// <summary>OverlayPolicies, by <c>namespace/name</c>.</summary>
    public Dictionary<string, OverlayPolicy> Policies { get; } = new(StringComparer.Ordinal);
    /// <summary>NetworkPolicies, by <c>namespace/name</c>.</summary>
    public Dictionary<string, NetworkPolicy> NetworkPolicies { get; } = new(StringComparer.Ordinal);
    /// <summary>ClusterNetworkPolicies, by name.</summary>
    public Dictionary<string, ClusterNetworkPolicy> ClusterPolicies { get; } = new(StringComparer.Ordinal);
    /// <summary>The nodes.</summary>
    public List<PolicyNode> Nodes { get; } = [];

    /// <summary>Pods' addresses; a pod without has none that anybody knows.</summary>
    public Dictionary<string, ImmutableArray<IPAddress>> Addresses { get; } = new(StringComparer.Ordinal);

    /// <summary>Pods' named ports.</summary>
    public Dictionary<string, ImmutableArray<DeclaredPort>> Ports { get; } = new(StringComparer.Ordinal);

    /// <summary>The tags there are; null: what a prompt operator would have made.</summary>
    public List<WorkloadTag>? Tags { get; set; }
    /// <summary>What befalls those whom no policy selects.</summary>
    public DefaultAction DefaultAction { get; set; } = DefaultAction.Allow;
    /// <summary>The label keys in force everywhere.</summary>
    public ImmutableArray<string> WorkloadLabels { get; set; } = OverlayNetworkSpec.DefaultWorkloadLabels;

    /// <summary>Adds a namespace, its labels as <c>team=a,tier=b</c>.</summary>
    public World Namespace(string name, string labels = "")
    {
        Namespaces[name] = Labels.Of(labels).SetItem("kubernetes.io/metadata.name", name);
        return this;
    }

    /// <summary>Adds a pod, as <c>Pod("shop/front", "app=front")</c>, and its namespace if need be.</summary>
    public World Pod(string name, string labels = "")
    {
        var ns = name.Split('/')[0];
        if (!Namespaces.ContainsKey(ns))
        {
            Namespace(ns);
        }

        Pods[name] = Labels.Of(labels);
        return this;
    }

    /// <summary>Adds a policy.</summary>
    public World Policy(OverlayPolicy policy)
    {
        Policies[policy.Metadata.Key.ToString()] = policy;
        return this;
    }

    /// <summary>What the compiler is given.</summary>
    public PolicyInputs Inputs() =>
        new()
        {
            Policies = [.. Policies.Values],
            NetworkPolicies = [.. NetworkPolicies.Values],
            ClusterPolicies = [.. ClusterPolicies.Values],
            Nodes = [.. Nodes],
            Namespaces = [.. Namespaces.Select(ns => new PolicyNamespace(ns.Key, ns.Value))],
            Pods = [.. Pods.Select(pod => new LocalPod(pod.Key, KeyOf(pod.Key), pod.Value) { Addresses = Addresses.GetValueOrDefault(pod.Key, []), Ports = Ports.GetValueOrDefault(pod.Key, []) })],
            Tags = [.. Tags ?? PromptTags()],
            WorkloadLabels = WorkloadLabels,
            DefaultAction = DefaultAction,
        };

    /// <summary>Compiles.</summary>
    public Judgement Judge() => new(Inputs());

    /// <summary>The tags of a prompt operator: one for each workload, under the keys in force now.</summary>
    public List<WorkloadTag> PromptTags()
    {
        var keys = KeysInForce.Of(WorkloadLabels, Policies.Values, NetworkPolicies.Values, ClusterPolicies.Values, Namespaces.Select(ns => new PolicyNamespace(ns.Key, ns.Value)));
        return Pods.Select(pod => (Ns: KeyOf(pod.Key).Namespace!, Labels: pod.Value))
            .Select(pod => (pod.Ns, Keys: keys.In(pod.Ns), pod.Labels))
            .Select(pod => (pod.Ns, pod.Keys, Labels: pod.Labels.RemoveRange(pod.Labels.Keys.Except(pod.Keys))))
            .DistinctBy(pod => (pod.Ns, Labels.Text(pod.Labels)))
            .Select((pod, i) => Tag(16 + i, pod.Ns, pod.Keys, pod.Labels))
            .ToList();
    }

    /// <summary>The address that an end's packets of a family come from, or go to; null: nobody knows it, or it has none of the family.</summary>
    public IPAddress? AddressOf(string end, AddressFamily family) =>
        Addresses.TryGetValue(end, out var addresses) ? addresses.FirstOrDefault(address => address.AddressFamily == family)
        : IPAddress.TryParse(end, out var outside) ? outside
        : null;

    /// <summary>A tag.</summary>
    public static WorkloadTag Tag(int number, string ns, ImmutableArray<string> keys, ImmutableSortedDictionary<string, string> labels) =>
        new()
        {
            Metadata = new ObjectMeta { Name = $"tag-{number:00000}" },
            Spec = new WorkloadTagSpec { Tag = number, Namespace = ns, Keys = keys, Labels = labels },
        };

    /// <summary>Takes <c>namespace/name</c> apart.</summary>
    public static ObjectKey KeyOf(string name) => new(name.Split('/')[0], name.Split('/')[1]);
}
