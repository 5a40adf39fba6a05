namespace Overlay.Api.Nodes;

/// <summary>How an agent's Lease is named and marked: what operator and agent agree on.</summary>
public static class AgentLease
{
    /// <summary>The namespace unless configured otherwise.</summary>
    public const string DefaultNamespace = "overlay-system";

    /// <summary>The Lease's name is this and the node's name.</summary>
    public const string NamePrefix = "agent-";

    /// <summary>A label that every agent's Lease carries, with the value <c>agent</c>.</summary>
    public const string RoleLabel = "overlay-cni.io/role";

    /// <summary>The value of <see cref="RoleLabel"/>.</summary>
    public const string Role = "agent";

    /// <summary>Annotation: the agent's version.</summary>
    public const string VersionAnnotation = "overlay-cni.io/version";

    /// <summary>Annotation: the rule engine in use, as <c>nftables</c>.</summary>
    public const string BackendAnnotation = "overlay-cni.io/rule-backend";

    /// <summary>
    /// Annotation: the highest resourceVersion of a WorkloadTag whose state is in force in the node's rules. A released tag may be given
    /// out again only when every live node has acknowledged the version of its release, or a later one.
    /// </summary>
    public const string AppliedTagsAnnotation = "overlay-cni.io/applied-workload-tags";

    /// <summary>Annotation: the policies that the node's rules are made from (<see cref="AppliedPolicies"/>).</summary>
    public const string AppliedPoliciesAnnotation = "overlay-cni.io/applied-policies";

    /// <summary>Annotation: how long the last change of rules took on the node, from hearing of it to being in force, in whole milliseconds.</summary>
    public const string AppliedAfterAnnotation = "overlay-cni.io/applied-after-ms";

    /// <summary>Seconds after which an agent that has not renewed counts as away.</summary>
    public const int DurationSeconds = 40;

    /// <summary>The Lease's name for a node.</summary>
    /// <param name="nodeName">The node's name.</param>
    public static string NameOf(string nodeName) => NamePrefix + nodeName;
}
