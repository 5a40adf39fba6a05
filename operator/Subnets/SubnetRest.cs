using Overlay.Api.Nodes;
using Overlay.Api.Subnets;
using Overlay.Kube.Core;
using Overlay.Operator.Agents;

namespace Overlay.Operator.Subnets;

/// <summary>How long a released subnet is kept from others: until nobody can still take its addresses for the old node's. Pure.</summary>
internal static class SubnetRest
{
    // How soon after a release an agent that is alive has heard of it: its watch, or the relist after the longest silence (45 s).
    private static readonly TimeSpan Hearing = TimeSpan.FromMinutes(1);

    /// <summary>Whether it may be given to another node.</summary>
    /// <param name="subnet">A released subnet.</param>
    /// <param name="nodes">All nodes.</param>
    /// <param name="leases">The agents' Leases.</param>
    /// <param name="agents">What the agents say of themselves, of nodes that have a part in the network.</param>
    /// <param name="isAlive">Whether the agent of a Lease is heard of.</param>
    /// <param name="rest">How long it rests at least.</param>
    /// <param name="now">The time.</param>
    public static bool IsOver(Subnet subnet, IEnumerable<Node> nodes, IEnumerable<Lease> leases, AgentReports agents, Func<Lease, bool> isAlive, TimeSpan rest, DateTimeOffset now) =>
        subnet.Status?.ReleasedAt is { } released
        && now - released >= rest
        && agents.AllRenewedSince(released + (Hearing < rest ? Hearing : rest))
        && !IsStillServed(subnet, nodes, leases, isAlive);

    /// <summary>
    /// Somebody deleted the Node, and the machine does not know: its agent goes on to renew the Lease, and its kubelet's pods still have these addresses.
    /// </summary>
    private static bool IsStillServed(Subnet subnet, IEnumerable<Node> nodes, IEnumerable<Lease> leases, Func<Lease, bool> isAlive) =>
        nodes.All(node => !string.Equals(node.Metadata.Name, subnet.Spec.NodeName, StringComparison.Ordinal))
        && leases.Any(lease => string.Equals(lease.Metadata.Name, AgentLease.NameOf(subnet.Spec.NodeName), StringComparison.Ordinal) && isAlive(lease));
}
