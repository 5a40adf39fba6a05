using System.Collections.Immutable;
using System.Globalization;
using Overlay.Api.Objects;
using Overlay.NodeAgent.Addresses;
using Overlay.NodeAgent.Cluster;
using Overlay.NodeAgent.Pods;
using Overlay.NodeAgent.Rules;
using Overlay.Policy;

namespace Overlay.NodeAgent.Policies;

/// <summary>Gathers what the rules are made from, and compiles the policies.</summary>
/// <param name="caches">The cluster's objects.</param>
/// <param name="attachments">The wired pods.</param>
/// <param name="view">What the objects mean for this node.</param>
internal sealed class RuleGathering(ClusterCaches caches, Func<IReadOnlyList<Attachment>> attachments, NodeView view)
{
    private readonly NamespacePolicies _policies = new();

    /// <summary>The inputs as of now; null while not everything has been listed.</summary>
    public GatheredRules? Gather()
    {
        if (!caches.HaveSynced || view.Read().Network is not { } node)
            return null;
        var wired = attachments();
        var policies = Inputs(node, wired);
        return new GatheredRules(
            new RuleInputs
            {
                Settings = node.RuleSettings,
                Table = PolicyCompiler.Compile(policies),
                Pods = [.. wired.Select(Wiring)],
                Underlay = node.Underlay,
                Pools = node.Pools,
                MasqueradeExceptions = node.MasqueradeExceptions,
            },
            Newest(policies)
        );
    }

    private static string? Newest(PolicyInputs policies) =>
        policies.Tags.Select(t => t.Metadata.ResourceVersion).Where(v => ulong.TryParse(v, out _)).MaxBy(v => ulong.Parse(v!, CultureInfo.InvariantCulture));

    private PolicyInputs Inputs(NodeNetwork node, IReadOnlyList<Attachment> wired) =>
        new()
        {
            Policies = _policies.InForce(caches.Policies.Snapshot(), wired.Select(a => a.PodNamespace).ToHashSet(StringComparer.Ordinal), caches.Namespaces),
            Namespaces =
            [
                .. caches.Namespaces.Snapshot().Select(n => new PolicyNamespace(n.Metadata.Name, n.Metadata.Labels ?? ImmutableSortedDictionary<string, string>.Empty)),
            ],
            Tags = [.. caches.Tags.Snapshot()],
            Pods = [.. wired.Where(a => a.PodLabels is not null).Select(Pod).DistinctBy(p => p.Uid)],
            WorkloadLabels = node.Settings.WorkloadLabels,
            DefaultAction = node.Settings.Policy.DefaultAction,
        };

    /// <summary>A pod by its labels now; when its object is gone, by those it last had: it may still send until DEL.</summary>
    private LocalPod Pod(Attachment a)
    {
        var labels = caches.FindPod(a.PodUid) is { } pod ? pod.Metadata.Labels ?? ImmutableSortedDictionary<string, string>.Empty : a.PodLabels!;
        return new LocalPod(a.PodUid, new ObjectKey(a.PodNamespace, a.PodName), labels);
    }

    private static Rules.PodWiring Wiring(Attachment a)
    {
        var wire = PodWire.Of(a, 0);
        return new Rules.PodWiring(a.PodUid, new ObjectKey(a.PodNamespace, a.PodName), wire.HostName, wire.PodMac, wire.Addresses);
    }
}
