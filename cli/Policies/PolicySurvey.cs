using System.Collections.Immutable;
using System.Globalization;
using Overlay.Api.Nodes;
using Overlay.Api.Objects;
using Overlay.Api.Policies;
using Overlay.Api.Subnets;
using Overlay.Kube.Core;
using Overlay.Policy;

namespace Overlay.Cli.Policies;

/// <summary>Tells of each policy where it is in force. Pure.</summary>
internal sealed class PolicySurvey
{
    private readonly ImmutableArray<(string Node, AppliedPolicies? Applied, int? After)> _nodes;

    /// <summary>Prepares.</summary>
    /// <param name="subnets">The subnets: nodes that have one count.</param>
    /// <param name="leases">The agents' Leases.</param>
    /// <param name="now">The time: an agent that has been silent for too long says nothing any more.</param>
    public PolicySurvey(IEnumerable<Subnet> subnets, IEnumerable<Lease> leases, DateTimeOffset now)
    {
        var byName = leases.ToDictionary(lease => lease.Metadata.Name, StringComparer.Ordinal);
        var nodes = subnets.Where(subnet => subnet.Status?.Phase != AllocationPhase.Released).Select(subnet => subnet.Spec.NodeName);
        _nodes = [.. nodes.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(node => Read(node, byName.GetValueOrDefault(AgentLease.NameOf(node)), now))];
    }

    /// <summary>Reports on an OverlayPolicy.</summary>
    public PolicyReport Of(OverlayPolicy policy) =>
        Report(PolicyKind.OverlayPolicy, OverlayPolicy.Definition, policy.Metadata, PolicyValidation.Check(policy));

    /// <summary>Reports on a NetworkPolicy.</summary>
    public PolicyReport Of(NetworkPolicy policy) =>
        Report(PolicyKind.NetworkPolicy, NetworkPolicy.Definition, policy.Metadata, PolicyValidation.Check(policy));

    /// <summary>Reports on a ClusterNetworkPolicy.</summary>
    public PolicyReport Of(ClusterNetworkPolicy policy) =>
        Report(PolicyKind.ClusterNetworkPolicy, ClusterNetworkPolicy.Definition, policy.Metadata, PolicyValidation.Check(policy));

    private PolicyReport Report(PolicyKind kind, EntityKind definition, ObjectMeta metadata, ImmutableArray<PolicyProblem> problems)
    {
        var holding = _nodes.Where(node => node.Applied?.Hold(definition.Plural, metadata.ResourceVersion) == true).ToList();
        return new PolicyReport(
            kind,
            metadata.Namespace,
            metadata.Name,
            metadata.Generation,
            [.. problems.Select(problem => problem.ToString())],
            holding.Count,
            _nodes.Length,
            [.. _nodes.Except(holding).Select(node => node.Node)],
            holding.Max(node => node.After)
        );
    }

    private static (string Node, AppliedPolicies? Applied, int? After) Read(string node, Lease? lease, DateTimeOffset now)
    {
        var alive = lease?.Spec.RenewTime is { } renewed && now - renewed <= TimeSpan.FromSeconds(lease.Spec.LeaseDurationSeconds ?? AgentLease.DurationSeconds);
        var annotations = lease?.Metadata.Annotations ?? ImmutableSortedDictionary<string, string>.Empty;
        return (
            node,
            alive && annotations.TryGetValue(AgentLease.AppliedPoliciesAnnotation, out var applied) ? AppliedPolicies.Parse(applied) : null,
            int.TryParse(annotations.GetValueOrDefault(AgentLease.AppliedAfterAnnotation), NumberStyles.None, CultureInfo.InvariantCulture, out var after) ? after : null
        );
    }
}
