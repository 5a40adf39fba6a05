using System.Collections.Immutable;
using Overlay.Api.Objects;
using Overlay.Api.Schema;

namespace Overlay.Api.Policies;

/// <summary>Who may talk to the pods of a namespace: NetworkPolicy's shape.</summary>
[Resource("ovpol")]
[PrinterColumn("Types", ".spec.policyTypes")]
[PrinterColumn("Accepted", """.status.conditions[?(@.type=="Accepted")].status""")]
[PrinterColumn("Reason", """.status.conditions[?(@.type=="Accepted")].reason""")]
[PrinterColumn("Message", """.status.conditions[?(@.type=="Accepted")].message""", Wide = true)]
[PrinterColumn("Age", ".metadata.creationTimestamp", Type = "date")]
public sealed record OverlayPolicy : IEntity<OverlayPolicy>
{
    /// <inheritdoc />
    public static EntityKind Definition { get; } = new(OverlayGroup.Name, OverlayGroup.Version, "OverlayPolicy", "overlaypolicies", true);

    /// <inheritdoc />
    public string ApiVersion { get; set; } = OverlayGroup.ApiVersion;

    /// <inheritdoc />
    public string Kind { get; set; } = "OverlayPolicy";

    /// <inheritdoc />
    public ObjectMeta Metadata { get; set; } = new();

    /// <summary>What the user wants.</summary>
    [Needed]
    public OverlayPolicySpec Spec { get; set; } = new();

    /// <summary>Whether it was accepted, or why not.</summary>
    public OverlayPolicyStatus? Status { get; init; }
}

/// <summary>The pods a policy selects and what it allows them.</summary>
public sealed record OverlayPolicySpec
{
    /// <summary>The pods of this namespace that the policy isolates and speaks for; empty: all.</summary>
    [Defaulted]
    public LabelSelector PodSelector { get; set; } = new();

    /// <summary>The directions it isolates. Absent: Ingress, and Egress too when there are egress rules (as NetworkPolicy).</summary>
    [Items(2, Min = 1, Set = true)]
    public ImmutableArray<PolicyType>? PolicyTypes { get; init; }

    /// <summary>Who may connect to the selected pods.</summary>
    [Items(100)]
    public ImmutableArray<IngressRule>? Ingress { get; init; }

    /// <summary>Whom the selected pods may connect to.</summary>
    [Items(100)]
    public ImmutableArray<EgressRule>? Egress { get; init; }
}

/// <summary>A direction that a policy isolates.</summary>
public enum PolicyType
{
    /// <summary>Connections to the selected pods.</summary>
    Ingress,

    /// <summary>Connections from the selected pods.</summary>
    Egress,
}

/// <summary>Allows connections to the selected pods.</summary>
public sealed record IngressRule
{
    /// <summary>The sources; absent or empty: anyone, outside and nodes included.</summary>
    [Items(100)]
    public ImmutableArray<PolicyPeer>? From { get; init; }

    /// <summary>The ports; absent or empty: every protocol and port.</summary>
    [Items(100)]
    public ImmutableArray<PolicyPort>? Ports { get; init; }
}

/// <summary>Allows connections from the selected pods.</summary>
public sealed record EgressRule
{
    /// <summary>The destinations; absent or empty: anywhere, outside included.</summary>
    [Items(100)]
    public ImmutableArray<PolicyPeer>? To { get; init; }

    /// <summary>The ports; absent or empty: every protocol and port.</summary>
    [Items(100)]
    public ImmutableArray<PolicyPort>? Ports { get; init; }
}

/// <summary>The other side of a rule: pods, by their labels and their namespaces' labels.</summary>
[Validation(
    "has(self.podSelector) || has(self.namespaceSelector)",
    "a peer needs a podSelector, a namespaceSelector or both; to allow everyone leave the whole list out")]
public sealed record PolicyPeer
{
    /// <summary>Pods by label; alone: of the policy's own namespace.</summary>
    public LabelSelector? PodSelector { get; init; }

    /// <summary>Namespaces by label; alone: all their pods.</summary>
    public LabelSelector? NamespaceSelector { get; init; }
}

/// <summary>A protocol, and within it a port or a range.</summary>
[Validation("!has(self.endPort) || has(self.port)", "endPort needs port: a range begins with port and ends with endPort")]
[Validation("!has(self.endPort) || !has(self.port) || self.port <= self.endPort", "endPort must not be less than port")]
public sealed record PolicyPort
{
    /// <summary>The protocol.</summary>
    [Defaulted]
    public PortProtocol Protocol { get; set; } = PortProtocol.TCP;

    /// <summary>The port, or the first of a range, 1 to 65535; absent: all.</summary>
    [Range(1, 65535)]
    public int? Port { get; init; }

    /// <summary>The last port of a range, at least <see cref="Port"/>.</summary>
    [Range(1, 65535)]
    public int? EndPort { get; init; }
}

/// <summary>The protocols that have ports, as Kubernetes writes them.</summary>
public enum PortProtocol
{
    /// <summary>TCP (RFC 9293).</summary>
    TCP,

    /// <summary>UDP (RFC 768).</summary>
    UDP,

    /// <summary>SCTP (RFC 9260).</summary>
    SCTP,
}

/// <summary>Whether a policy was accepted, or why not.</summary>
public sealed record OverlayPolicyStatus
{
    /// <summary>The generation of the spec that this status speaks of.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>Accepted.</summary>
    [Items(16, Key = "type")]
    public ImmutableArray<Condition> Conditions { get; set; } = [];
}
