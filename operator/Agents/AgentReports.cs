using System.Globalization;
using Overlay.Api.Nodes;
using Overlay.Kube.Core;

namespace Overlay.Operator.Agents;

/// <summary>What the agents say of themselves in their Leases, asked about the nodes that have a part in the network.</summary>
/// <remarks>
/// A node without a Lease, or with one that lacks a fact, counts as the worst case: nothing acknowledged, not renewed, not nftables.
/// So an agent that is cut off holds things at rest, and a node that is gone everywhere does not.
/// </remarks>
internal sealed class AgentReports
{
    private readonly Lease?[] _leases;

    /// <summary>Picks the Leases of these nodes.</summary>
    /// <param name="nodes">The names of the nodes that count: those with a subnet in use.</param>
    /// <param name="leases">The agents' Leases.</param>
    public AgentReports(IEnumerable<string> nodes, IEnumerable<Lease> leases)
    {
        var byName = leases.ToDictionary(l => l.Metadata.Name, StringComparer.Ordinal);
        _leases = [.. nodes.Distinct(StringComparer.Ordinal).Select(n => byName.GetValueOrDefault(AgentLease.NameOf(n)))];
    }

    /// <summary>Whether every agent has this state of the WorkloadTags, or a later one, in force.</summary>
    /// <param name="resourceVersion">The version of the state. One that is no number is never acknowledged: rest on.</param>
    public bool AllApplied(string? resourceVersion) =>
        Number(resourceVersion) is { } wanted && _leases.All(l => Number(Fact(l, AgentLease.AppliedTagsAnnotation)) >= wanted);

    /// <summary>Whether every agent that still renews its Lease has this state in force; ones that are away are not waited for.</summary>
    /// <param name="resourceVersion">The version of the state.</param>
    /// <param name="isAlive">Whether the agent of a Lease is heard of.</param>
    public bool AllPresentApplied(string? resourceVersion, Func<Lease?, bool> isAlive) =>
        Number(resourceVersion) is { } wanted && _leases.All(l => !isAlive(l) || Number(Fact(l, AgentLease.AppliedTagsAnnotation)) >= wanted);

    /// <summary>How many nodes there are.</summary>
    public int Count => _leases.Length;

    /// <summary>On how many nodes a policy is in force, and what the slowest of them took for its last change of rules.</summary>
    /// <param name="plural">The plural of the policy's kind.</param>
    /// <param name="resourceVersion">The policy's version.</param>
    public (int Nodes, int? AfterMilliseconds) InForce(string plural, string resourceVersion)
    {
        var holding = _leases.Where(lease => AppliedPolicies.Parse(Fact(lease, AgentLease.AppliedPoliciesAnnotation)).Hold(plural, resourceVersion)).ToList();
        return (holding.Count, (int?)holding.Max(lease => Number(Fact(lease, AgentLease.AppliedAfterAnnotation))));
    }

    /// <summary>Whether every agent has renewed its Lease after this time.</summary>
    public bool AllRenewedSince(DateTimeOffset time) => _leases.All(l => l?.Spec.RenewTime > time);

    /// <summary>Whether every node's rules are nftables: only then can it hold tags above 8191.</summary>
    public bool AllNftables => _leases.All(l => string.Equals(Fact(l, AgentLease.BackendAnnotation), "nftables", StringComparison.Ordinal));

    private static string? Fact(Lease? lease, string annotation) => lease?.Metadata.Annotations?.GetValueOrDefault(annotation);

    private static ulong? Number(string? version) =>
        ulong.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
