using System.Collections.Immutable;
using Overlay.Api.Objects;

namespace Overlay.Api.Policies;

/// <summary>Who may talk to the pods of a namespace: NetworkPolicy's shape.</summary>
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
    public OverlayPolicySpec Spec { get; set; } = new();

    /// <summary>Whether it was accepted, or why not.</summary>
    public OverlayPolicyStatus? Status { get; init; }
}

/// <summary>The pods a policy selects and what it allows them.</summary>
public sealed record OverlayPolicySpec
{
    /// <summary>The pods of this namespace that the policy isolates and speaks for; empty: all.</summary>
    public LabelSelector PodSelector { get; set; } = new();

    /// <summary>The directions it isolates. Absent: Ingress, and Egress too when there are egress rules (as NetworkPolicy).</summary>
    public ImmutableArray<PolicyType>? PolicyTypes { get; init; }

    /// <summary>Who may connect to the selected pods.</summary>
    public ImmutableArray<IngressRule>? Ingress { get; init; }

    /// <summary>Whom the selected pods may connect to.</summary>
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
    public ImmutableArray<PolicyPeer>? From { get; init; }

    /// <summary>The ports; absent or empty: every protocol and port.</summary>
    public ImmutableArray<PolicyPort>? Ports { get; init; }
}

/// <summary>Allows connections from the selected pods.</summary>
public sealed record EgressRule
{
    /// <summary>The destinations; absent or empty: anywhere, outside included.</summary>
    public ImmutableArray<PolicyPeer>? To { get; init; }

    /// <summary>The ports; absent or empty: every protocol and port.</summary>
    public ImmutableArray<PolicyPort>? Ports { get; init; }
}

/// <summary>The other side of a rule: pods, by their labels and their namespaces' labels.</summary>
public sealed record PolicyPeer
{
    /// <summary>Pods by label; alone: of the policy's own namespace.</summary>
    public LabelSelector? PodSelector { get; init; }

    /// <summary>Namespaces by label; alone: all their pods.</summary>
    public LabelSelector? NamespaceSelector { get; init; }
}

/// <summary>A protocol, and within it a port or a range.</summary>
public sealed record PolicyPort
{
    /// <summary>The protocol.</summary>
    public PortProtocol Protocol { get; set; } = PortProtocol.TCP;

    /// <summary>The port, or the first of a range, 1 to 65535; absent: all.</summary>
    public int? Port { get; init; }

    /// <summary>The last port of a range, at least <see cref="Port"/>.</summary>
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
    public ImmutableArray<Condition> Conditions { get; set; } = [];
}
