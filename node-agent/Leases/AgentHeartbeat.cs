using System.Globalization;
using Overlay.Api.Nodes;
using Overlay.Api.Objects;
using Overlay.Kube.Core;
using Overlay.Kube.Leadership;
using Overlay.NodeAgent.Cluster;
using Overlay.NodeAgent.Policies;

namespace Overlay.NodeAgent.Leases;

/// <summary>What this agent's Lease says: alive, version, rule engine, and up to where it has applied the tags.</summary>
internal static class AgentHeartbeat
{
    /// <summary>The Lease of this node's agent.</summary>
    public static LeaseHeartbeatOptions Options(string ns, string nodeName, Func<string> backend, ClusterCaches caches, RuleLoop rules) =>
        new()
        {
            Lease = new ObjectKey(ns, AgentLease.NameOf(nodeName)),
            Identity = nodeName,
            Duration = TimeSpan.FromSeconds(AgentLease.DurationSeconds),
            Facts = () => Facts(nodeName, backend(), caches, rules),
        };

    private static LeaseFacts Facts(string nodeName, string backend, ClusterCaches caches, RuleLoop rules)
    {
        var annotations = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [AgentLease.VersionAnnotation] = AgentVersion.Text,
        };
        if (rules.InForce is { } inForce)
        {
            // Not before: an agent that starts has yet to hear which engine is asked for, and tags above 8191 hang on all nodes saying nftables.
            annotations[AgentLease.BackendAnnotation] = backend;
            if (inForce.TagsVersion is { } applied)
                annotations[AgentLease.AppliedTagsAnnotation] = applied;
            annotations[AgentLease.AppliedPoliciesAnnotation] = inForce.Policies.ToString();
            annotations[AgentLease.AppliedAfterAnnotation] = Math.Ceiling(rules.Took.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        }

        var node = caches.Nodes.Find(new ObjectKey(null, nodeName));
        return new LeaseFacts
        {
            Labels = new Dictionary<string, string>(StringComparer.Ordinal) { [AgentLease.RoleLabel] = AgentLease.Role },
            Annotations = annotations,
            Owner = node?.Metadata.Uid is { } uid ? new OwnerReference(Node.Definition.ApiVersion, Node.Definition.Kind, nodeName, uid) : null,
        };
    }
}
