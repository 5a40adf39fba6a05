using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Overlay.Api.Json;
using Overlay.Api.Objects;
using Overlay.Api.Schema;

namespace Overlay.Api.Policies;

/// <summary>The administrator's policy, before and after everybody else's (policy.networking.k8s.io/v1alpha2).</summary>
/// <remarks>The bounds are those of the API (kubernetes-sigs/network-policy-api), and where that sets none, ours: rules in CEL need bounds.</remarks>
[Resource("cnp", Category = null, Approval = "https://github.com/kubernetes-sigs/network-policy-api/pull/300", Folder = "optional")]
[PrinterColumn("Tier", ".spec.tier")]
[PrinterColumn("Priority", ".spec.priority")]
[PrinterColumn("Age", ".metadata.creationTimestamp", Type = "date")]
public sealed record ClusterNetworkPolicy : IEntity<ClusterNetworkPolicy>
{
    /// <inheritdoc />
    public static EntityKind Definition { get; } = new("policy.networking.k8s.io", "v1alpha2", "ClusterNetworkPolicy", "clusternetworkpolicies", false);

    /// <inheritdoc />
    public string ApiVersion { get; set; } = "policy.networking.k8s.io/v1alpha2";

    /// <inheritdoc />
    public string Kind { get; set; } = "ClusterNetworkPolicy";

    /// <inheritdoc />
    public ObjectMeta Metadata { get; set; } = new();

    /// <summary>What the administrator wants.</summary>
    [Needed]
    public ClusterNetworkPolicySpec Spec { get; set; } = new();

    /// <summary>Whether it was accepted, or why not.</summary>
    public ClusterNetworkPolicyStatus? Status { get; init; }

    /// <summary>Why this stands for a policy that could not be read, and which field of that was not; null: this is the policy. See <see cref="UnreadablePolicy"/>.</summary>
    [JsonIgnore]
    public string? Unreadable { get; init; }
}

/// <summary>A tier of <see cref="ClusterNetworkPolicy"/>; NetworkPolicy and OverlayPolicy stand between the two.</summary>
[JsonConverter(typeof(LenientEnumConverter<PolicyTier>))]
public enum PolicyTier
{
    /// <summary>Judged first: nobody else can override it.</summary>
    Admin,

    /// <summary>Judged last: where no namespaced policy isolates.</summary>
    Baseline,
}

/// <summary>What a rule of a <see cref="ClusterNetworkPolicy"/> does with the traffic that it matches.</summary>
[JsonConverter(typeof(LenientEnumConverter<ClusterRuleAction>))]
public enum ClusterRuleAction
{
    /// <summary>This direction allows it, whatever later rules and tiers say.</summary>
    Accept,

    /// <summary>It is dropped.</summary>
    Deny,

    /// <summary>The rest of this tier is skipped.</summary>
    Pass,
}

/// <summary>Whom a ClusterNetworkPolicy concerns, how early, and its rules.</summary>
public sealed record ClusterNetworkPolicySpec
{
    /// <summary>Before or after the namespaces' own policies.</summary>
    [Needed]
    public PolicyTier Tier { get; set; } = PolicyTier.Admin;

    /// <summary>0 to 1000; lower is judged earlier. Equal ones: by name.</summary>
    [Needed]
    [Range(0, 1000)]
    public int Priority { get; set; }

    /// <summary>The pods it speaks for.</summary>
    [Needed]
    public ClusterNetworkPolicySubject Subject { get; set; } = new();

    /// <summary>Rules on connections to those pods, in order.</summary>
    [Items(25)]
    public ImmutableArray<ClusterIngressRule>? Ingress { get; init; }

    /// <summary>Rules on connections from those pods, in order.</summary>
    [Items(25)]
    public ImmutableArray<ClusterEgressRule>? Egress { get; init; }
}

/// <summary>The pods a ClusterNetworkPolicy speaks for: exactly one field is set.</summary>
[Fields(1, 1)]
public sealed record ClusterNetworkPolicySubject
{
    /// <summary>All pods of the selected namespaces.</summary>
    public LabelSelector? Namespaces { get; init; }

    /// <summary>Selected pods of selected namespaces.</summary>
    public NamespacedPods? Pods { get; init; }
}

/// <summary>Selected pods of selected namespaces.</summary>
public sealed record NamespacedPods
{
    /// <summary>The namespaces; empty: all.</summary>
    public LabelSelector? NamespaceSelector { get; init; }

    /// <summary>Their pods; empty: all.</summary>
    [Needed]
    public LabelSelector? PodSelector { get; init; }
}

/// <summary>A rule on connections to the subject.</summary>
public sealed record ClusterIngressRule
{
    /// <summary>A name for people.</summary>
    [Text(100)]
    public string? Name { get; init; }

    /// <summary>What happens.</summary>
    [Needed]
    public ClusterRuleAction Action { get; set; } = LenientEnum.Unreadable<ClusterRuleAction>();

    /// <summary>The sources, at least one.</summary>
    [Needed]
    [Items(25, Min = 1)]
    [Validation("!(has(self.nodes) || has(self.networks) || has(self.domainNames))", "a source is given by namespaces or pods: nodes, networks and domainNames go with egress rules", OnItems = true)]
    public ImmutableArray<ClusterPolicyPeer>? From { get; init; }

    /// <summary>The protocols and ports; absent: all.</summary>
    [Items(25, Min = 1)]
    public ImmutableArray<ClusterPolicyProtocol>? Protocols { get; init; }
}

/// <summary>A rule on connections from the subject.</summary>
[Validation(
    "!has(self.protocols) || !self.protocols.exists(p, has(p.destinationNamedPort)) || !self.to.exists(t, has(t.networks) || has(t.nodes) || has(t.domainNames))",
    "only pods have named ports: give rules on networks and nodes their ports by number")]
public sealed record ClusterEgressRule
{
    /// <summary>A name for people.</summary>
    [Text(100)]
    public string? Name { get; init; }

    /// <summary>What happens.</summary>
    [Needed]
    public ClusterRuleAction Action { get; set; } = LenientEnum.Unreadable<ClusterRuleAction>();

    /// <summary>The destinations, at least one.</summary>
    [Needed]
    [Items(25, Min = 1)]
    [Validation("!has(self.domainNames)", "domainNames are not supported: give the addresses by networks", OnItems = true)]
    public ImmutableArray<ClusterPolicyPeer>? To { get; init; }

    /// <summary>The protocols and ports; absent: all.</summary>
    [Items(25, Min = 1)]
    public ImmutableArray<ClusterPolicyProtocol>? Protocols { get; init; }
}

/// <summary>The other side of a rule: exactly one field is set; the last three in egress rules only.</summary>
[Fields(1, 1)]
public sealed record ClusterPolicyPeer
{
    /// <summary>All pods of the selected namespaces.</summary>
    public LabelSelector? Namespaces { get; init; }

    /// <summary>Selected pods of selected namespaces.</summary>
    public NamespacedPods? Pods { get; init; }

    /// <summary>The addresses of the selected nodes.</summary>
    public LabelSelector? Nodes { get; init; }

    /// <summary>Blocks of addresses, those of pods within them included.</summary>
    [Items(25, Min = 1, Set = true)]
    [Text(TextAttribute.CidrLength)]
    [Validation("isCIDR(self)", "not a CIDR: write an address, a slash and a prefix length", OnItems = true)]
    public ImmutableArray<string>? Networks { get; init; }

    /// <summary>Names in DNS; not supported: such a peer matches nothing in an Accept rule.</summary>
    [Items(25, Min = 1, Set = true)]
    [Text(253)]
    public ImmutableArray<string>? DomainNames { get; init; }
}

/// <summary>A protocol with or without ports, or a named port: exactly one field is set.</summary>
[Fields(1, 1)]
public sealed record ClusterPolicyProtocol
{
    /// <summary>TCP.</summary>
    public ClusterPolicyPorts? Tcp { get; init; }

    /// <summary>UDP.</summary>
    public ClusterPolicyPorts? Udp { get; init; }

    /// <summary>SCTP.</summary>
    public ClusterPolicyPorts? Sctp { get; init; }

    /// <summary>A port by the name that the destination pod gives it, of whatever protocol.</summary>
    [Text(63, MinLength = 1)]
    public string? DestinationNamedPort { get; init; }
}

/// <summary>What of a protocol is meant.</summary>
[Fields(1, 0)]
public sealed record ClusterPolicyPorts
{
    /// <summary>The destination's port or ports; absent: all.</summary>
    public ClusterPolicyPort? DestinationPort { get; init; }
}

/// <summary>A port or a range: exactly one field is set.</summary>
[Fields(1, 1)]
public sealed record ClusterPolicyPort
{
    /// <summary>One port, 1 to 65535.</summary>
    [Range(1, 65535)]
    public int? Number { get; init; }

    /// <summary>A range of ports.</summary>
    public ClusterPolicyPortRange? Range { get; init; }
}

/// <summary>A range of ports, both ends included.</summary>
[Validation("self.start < self.end", "start must be less than end; for one port write number")]
public sealed record ClusterPolicyPortRange
{
    /// <summary>The first port, 1 to 65535.</summary>
    [Needed]
    [Range(1, 65535)]
    public int Start { get; init; }

    /// <summary>The last port, above <see cref="Start"/>.</summary>
    [Needed]
    [Range(1, 65535)]
    public int End { get; init; }
}

/// <summary>Whether a ClusterNetworkPolicy was accepted, or why not.</summary>
public sealed record ClusterNetworkPolicyStatus
{
    /// <summary>Accepted.</summary>
    [Items(32, Key = "type")]
    public ImmutableArray<Condition> Conditions { get; set; } = [];
}
