using System.Collections.Immutable;
using System.Globalization;
using Overlay.Api.Nodes;
using Overlay.Api.Policies;
using Overlay.Api.Subnets;
using Overlay.Api.Wire;
using Overlay.NodeAgent.Addresses;
using Overlay.NodeAgent.Cluster;
using Overlay.NodeAgent.Flows;
using Overlay.NodeAgent.Pods;
using Overlay.NodeAgent.Rules;
using Overlay.Policy;

namespace Overlay.NodeAgent.Policies;

/// <summary>Gathers what the rules are made from, compiles the policies, and says why by what was compiled last. Thread-safe.</summary>
/// <param name="caches">The cluster's objects.</param>
/// <param name="attachments">The wired pods.</param>
/// <param name="view">What the objects mean for this node.</param>
internal sealed class RuleGathering(ClusterCaches caches, Func<IReadOnlyList<Attachment>> attachments, NodeView view) : IFlowJudge
{
    private readonly Lock _lock = new();
    private readonly NamespacePolicies<OverlayPolicy> _policies = new();
    private readonly NamespacePolicies<NetworkPolicy> _networkPolicies = new();
    private readonly TableCompiler _compiler = new();
    private readonly LocalPods _pods = new(caches.FindPod);

    /// <summary>The inputs as of now; null while not everything has been listed.</summary>
    public GatheredRules? Gather()
    {
        if (!caches.HaveSynced || view.Read().Network is not { } node)
            return null;
        lock (_lock)
            return Gather(node);
    }

    /// <inheritdoc />
    public Endpoint? PodBehind(Tag tag)
    {
        lock (_lock)
            return _compiler.Explainer.PodBehind(tag);
    }

    /// <inheritdoc />
    public Explanation Explain(Endpoint source, Endpoint destination, IpProtocol protocol, ushort port)
    {
        lock (_lock)
            return _compiler.Explainer.Explain(source, destination, protocol, port);
    }

    /// <inheritdoc />
    public Explanation? Audit(Endpoint source, Endpoint destination, IpProtocol protocol, ushort port)
    {
        lock (_lock)
            return _compiler.AuditExplainer?.Explain(source, destination, protocol, port);
    }

    private GatheredRules Gather(NodeNetwork node)
    {
        var wired = attachments();
        var pods = _pods.Of(wired);
        var policies = Inputs(node, wired, pods);
        return new GatheredRules(
            new RuleInputs
            {
                Settings = node.RuleSettings,
                Table = _compiler.Update(policies),
                Pods = [.. wired.Select(a => PodWire.Of(a, 0).ToWiring(a))],
                Underlay = node.Underlay,
                OwnUnderlay = node.OwnUnderlay,
                Pools = node.Pools,
                MasqueradeExceptions = node.MasqueradeExceptions,
            },
            Newest(policies),
            AppliedPolicies.Of(policies.Policies, policies.NetworkPolicies, policies.ClusterPolicies)
        )
        {
            Pods = pods,
        };
    }

    private static string? Newest(PolicyInputs policies) =>
        policies.Tags.Select(t => t.Metadata.ResourceVersion).Where(v => ulong.TryParse(v, out _)).MaxBy(v => ulong.Parse(v!, CultureInfo.InvariantCulture));

    private PolicyInputs Inputs(NodeNetwork node, IReadOnlyList<Attachment> wired, ImmutableArray<LocalPod> pods)
    {
        var inhabited = wired.Select(a => a.PodNamespace).ToHashSet(StringComparer.Ordinal);
        return new PolicyInputs
        {
            Policies = _policies.InForce(caches.Policies.Snapshot(), inhabited, caches.Namespaces),
            NetworkPolicies = _networkPolicies.InForce(caches.NetworkPolicies.Snapshot(), inhabited, caches.Namespaces),
            ClusterPolicies = [.. caches.ClusterPolicies.Snapshot()],
            Namespaces =
            [
                .. caches.Namespaces.Snapshot().Select(n => new PolicyNamespace(n.Metadata.Name, n.Metadata.Labels ?? ImmutableSortedDictionary<string, string>.Empty)),
            ],
            Tags = [.. caches.Tags.Snapshot()],
            Nodes = [.. SubnetNode.Of(caches.Subnets.Snapshot()).Select(n => new PolicyNode(n.Name, n.Labels, n.Underlay, n.Overlay))],
            Pods = [.. pods, .. LocalPods.Expected(caches.Pods.Snapshot(), wired, [.. node.VtepAddresses])],
            WorkloadLabels = node.Settings.WorkloadLabels,
            DefaultAction = node.Settings.Policy.DefaultAction,
        };
    }
}
