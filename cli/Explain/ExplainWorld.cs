using System.Collections.Immutable;
using System.Net;
using Overlay.Api.Network;
using Overlay.Api.Objects;
using Overlay.Api.Subnets;
using Overlay.Cli.Files;
using Overlay.Kube.Core;
using Overlay.Policy;

namespace Overlay.Cli.Explain;

/// <summary>All that an explanation is made of.</summary>
internal sealed record ExplainWorld
{
    // The API server puts it on every namespace.
    private const string NameLabel = "kubernetes.io/metadata.name";

    /// <summary>What verdicts are made of.</summary>
    public required PolicyInputs Inputs { get; init; }

    /// <summary>The pods that may be asked about.</summary>
    public required ImmutableDictionary<ObjectKey, Pod> Pods { get; init; }

    /// <summary>Whether the tags are not the cluster's but assumed, so that their numbers say nothing.</summary>
    public bool TagsAssumed { get; init; }

    /// <summary>What a reader of the answer must know.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>The pods' address pools.</summary>
    public ImmutableArray<IPNetwork> Pools { get; init; } = [];

    /// <summary>The world that some objects make.</summary>
    public static ExplainWorld Of(WorldObjects objects)
    {
        var spec = objects.Network?.Spec ?? new OverlayNetworkSpec();
        return new ExplainWorld
        {
            Inputs = new PolicyInputs
            {
                Policies = objects.Policies,
                NetworkPolicies = objects.NetworkPolicies,
                ClusterPolicies = objects.ClusterPolicies,
                Namespaces = [.. objects.Namespaces.Select(ns => new PolicyNamespace(ns.Metadata.Name, (ns.Metadata.Labels ?? Empty).SetItem(NameLabel, ns.Metadata.Name)))],
                Tags = objects.Tags,
                Nodes = [.. SubnetNode.Of(objects.Subnets).Select(node => new PolicyNode(node.Name, node.Labels, node.Underlay, node.Overlay))],
                WorkloadLabels = spec.WorkloadLabels.IsDefault ? OverlayNetworkSpec.DefaultWorkloadLabels : spec.WorkloadLabels,
                DefaultAction = spec.Policy.DefaultAction,
            },
            Pods = objects.Pods.ToImmutableDictionary(p => p.Metadata.Key),
            Pools = PoolsOf(spec),
        };
    }

    /// <summary>The pools of a network; those that are none are passed over.</summary>
    public static ImmutableArray<IPNetwork> PoolsOf(OverlayNetworkSpec spec) =>
        [.. (spec.Pools.IsDefault ? [] : spec.Pools).Select(pool => IPNetwork.TryParse(pool.Cidr, out var network) ? network : (IPNetwork?)null).OfType<IPNetwork>()];

    /// <summary>The world of some files: namespaces that are only mentioned are there too, and without tags those that the operator would make.</summary>
    public static ExplainWorld Of(FileObjects files)
    {
        var mentioned = files.Pods.Select(p => p.Metadata.Namespace!)
            .Concat(files.Policies.Select(p => p.Metadata.Namespace!))
            .Concat(files.NetworkPolicies.Select(p => p.Metadata.Namespace!))
            .Except(files.Namespaces.Select(ns => ns.Metadata.Name), StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .ToList();
        var namespaces = files.Namespaces.Concat(mentioned.Select(name => new Namespace { Metadata = new ObjectMeta { Name = name } }));
        var network = files.Networks.FirstOrDefault(n => n.Metadata.Name == OverlayNetwork.DefaultName);
        var world = Of(
            new WorldObjects
            {
                Network = network,
                Policies = [.. files.Policies],
                NetworkPolicies = [.. files.NetworkPolicies],
                ClusterPolicies = [.. files.ClusterPolicies],
                Namespaces = [.. namespaces],
                Tags = [.. files.Tags],
                Subnets = [.. files.Subnets],
                Pods = [.. files.Pods],
            });
        var notes = ImmutableArray.CreateBuilder<string>();
        if (mentioned.Count > 0)
            notes.Add($"no Namespace in the files for {string.Join(", ", mentioned)}: taken to carry no labels of its own");
        if (network is null)
            notes.Add("no OverlayNetwork in the files: default action Allow, workload labels as they are by default");
        if (files.NotJudged.Count > 0)
            notes.Add($"left out, since Overlay does not enforce them: {string.Join(", ", files.NotJudged)}");
        return world with
        {
            TagsAssumed = files.Tags.Count == 0,
            Inputs = files.Tags.Count > 0 ? world.Inputs : world.Inputs with { Tags = PromptTags.Of(world) },
            Notes = notes.ToImmutable(),
        };
    }

    private static readonly ImmutableSortedDictionary<string, string> Empty = ImmutableSortedDictionary<string, string>.Empty;
}
