using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Overlay.Api.Json;
using Overlay.Api.Objects;

namespace Overlay.Api.Policies;

/// <summary>policy.networking.k8s.io/v1alpha2 ClusterNetworkPolicy: the administrator's policy, before and after everybody else's.</summary>
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
    public PolicyTier Tier { get; set; } = PolicyTier.Admin;

    /// <summary>0 to 1000; lower is judged earlier. Equal ones: by name.</summary>
    public int Priority { get; set; }

    /// <summary>The pods it speaks for.</summary>
    public ClusterNetworkPolicySubject Subject { get; set; } = new();

    /// <summary>Rules on connections to those pods, in order.</summary>
    public ImmutableArray<ClusterIngressRule>? Ingress { get; init; }

    /// <summary>Rules on connections from those pods, in order.</summary>
    public ImmutableArray<ClusterEgressRule>? Egress { get; init; }
}

/// <summary>The pods a ClusterNetworkPolicy speaks for: exactly one field is set.</summary>
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
    public LabelSelector? PodSelector { get; init; }
}

/// <summary>A rule on connections to the subject.</summary>
public sealed record ClusterIngressRule
{
    /// <summary>A name for people.</summary>
    public string? Name { get; init; }

    /// <summary>What happens.</summary>
    public ClusterRuleAction Action { get; set; } = LenientEnum.Unreadable<ClusterRuleAction>();

    /// <summary>The sources, at least one.</summary>
    public ImmutableArray<ClusterPolicyPeer>? From { get; init; }

    /// <summary>The protocols and ports; absent: all.</summary>
    public ImmutableArray<ClusterPolicyProtocol>? Protocols { get; init; }
}

/// <summary>A rule on connections from the subject.</summary>
public sealed record ClusterEgressRule
{
    /// <summary>A name for people.</summary>
    public string? Name { get; init; }

    /// <summary>What happens.</summary>
    public ClusterRuleAction Action { get; set; } = LenientEnum.Unreadable<ClusterRuleAction>();

    /// <summary>The destinations, at least one.</summary>
    public ImmutableArray<ClusterPolicyPeer>? To { get; init; }

    /// <summary>The protocols and ports; absent: all.</summary>
    public ImmutableArray<ClusterPolicyProtocol>? Protocols { get; init; }
}

/// <summary>The other side of a rule: exactly one field is set; the last three in egress rules only.</summary>
public sealed record ClusterPolicyPeer
{
    /// <summary>All pods of the selected namespaces.</summary>
    public LabelSelector? Namespaces { get; init; }

    /// <summary>Selected pods of selected namespaces.</summary>
    public NamespacedPods? Pods { get; init; }

    /// <summary>The addresses of the selected nodes.</summary>
    public LabelSelector? Nodes { get; init; }

    /// <summary>Blocks of addresses, those of pods within them included.</summary>
    public ImmutableArray<string>? Networks { get; init; }

    /// <summary>Names in DNS; not supported: such a peer matches nothing in an Accept rule.</summary>
    public ImmutableArray<string>? DomainNames { get; init; }
}

/// <summary>A protocol with or without ports, or a named port: exactly one field is set.</summary>
public sealed record ClusterPolicyProtocol
{
    /// <summary>TCP.</summary>
    public ClusterPolicyPorts? Tcp { get; init; }

    /// <summary>UDP.</summary>
    public ClusterPolicyPorts? Udp { get; init; }

    /// <summary>SCTP.</summary>
    public ClusterPolicyPorts? Sctp { get; init; }

    /// <summary>A port by the name that the destination pod gives it, of whatever protocol.</summary>
    public string? DestinationNamedPort { get; init; }
}

/// <summary>What of a protocol is meant.</summary>
public sealed record ClusterPolicyPorts
{
    /// <summary>The destination's port or ports; absent: all.</summary>
    public ClusterPolicyPort? DestinationPort { get; init; }
}

/// <summary>A port or a range: exactly one field is set.</summary>
public sealed record ClusterPolicyPort
{
    /// <summary>One port, 1 to 65535.</summary>
    public int? Number { get; init; }

    /// <summary>A range of ports.</summary>
    public ClusterPolicyPortRange? Range { get; init; }
}

/// <summary>A range of ports, both ends included.</summary>
public sealed record ClusterPolicyPortRange
{
    /// <summary>The first port, 1 to 65535.</summary>
    public int Start { get; init; }

    /// <summary>The last port, above <see cref="Start"/>.</summary>
    public int End { get; init; }
}

/// <summary>Whether a ClusterNetworkPolicy was accepted, or why not.</summary>
public sealed record ClusterNetworkPolicyStatus
{
    /// <summary>Accepted.</summary>
    public ImmutableArray<Condition> Conditions { get; set; } = [];
}
