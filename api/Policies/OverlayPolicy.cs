using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Overlay.Api.Json;
using Overlay.Api.Objects;
using Overlay.Api.Schema;

namespace Overlay.Api.Policies;

/// <summary>Who may talk to the pods of a namespace: NetworkPolicy's shape, and more: rules that deny, ICMP, logging, and a mode that only reports.</summary>
[Resource("ovpol")]
[PrinterColumn("Types", ".spec.policyTypes")]
[PrinterColumn("Mode", ".spec.mode")]
[PrinterColumn("In Force", ".status.inForce.nodes")]
[PrinterColumn("Accepted", """.status.conditions[?(@.type=="Accepted")].status""")]
[PrinterColumn("Reason", """.status.conditions[?(@.type=="Accepted")].reason""")]
[PrinterColumn("Message", """.status.conditions[?(@.type=="Accepted")].message""", Wide = true)]
[PrinterColumn("Age", ".metadata.creationTimestamp", Type = "date")]
public sealed record OverlayPolicy : IEntity<OverlayPolicy>
{
    private PackedPart<OverlayPolicySpec> _spec = PackedPart<OverlayPolicySpec>.Of(new());

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
    public OverlayPolicySpec Spec
    {
        get => _spec.Read(OverlayJson.Default.OverlayPolicySpec)!;
        set => _spec = PackedPart<OverlayPolicySpec>.Of(value);
    }

    /// <summary>Whether it was accepted, or why not.</summary>
    public OverlayPolicyStatus? Status { get; init; }

    /// <summary>Why this stands for a policy that could not be read, and which field of that was not; null: this is the policy. See <see cref="UnreadablePolicy"/>.</summary>
    [JsonIgnore]
    public string? Unreadable { get; init; }

    /// <summary>The same, its spec kept as JSON and read each time it is asked for: for those who hold thousands and look at few.</summary>
    public OverlayPolicy Packed() => this with { _spec = _spec.Pack(OverlayJson.Default.OverlayPolicySpec) };
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

    /// <summary>Whether it is obeyed, or only judged and reported.</summary>
    [Defaulted]
    public PolicyMode Mode { get; set; } = PolicyMode.Enforce;

    /// <summary>Who may connect to the selected pods.</summary>
    [Items(100)]
    public ImmutableArray<IngressRule>? Ingress { get; init; }

    /// <summary>Whom the selected pods may connect to.</summary>
    [Items(100)]
    public ImmutableArray<EgressRule>? Egress { get; init; }
}

/// <summary>Whether a policy is obeyed.</summary>
[JsonConverter(typeof(LenientEnumConverter<PolicyMode>))]
public enum PolicyMode
{
    /// <summary>It is obeyed.</summary>
    Enforce,

    /// <summary>What it would deny is reported; it denies nothing, and allows nothing that others deny.</summary>
    Audit,
}

/// <summary>What a rule does with the traffic that it matches.</summary>
[JsonConverter(typeof(LenientEnumConverter<RuleAction>))]
public enum RuleAction
{
    /// <summary>It may pass, unless a rule of any policy of the namespace denies it.</summary>
    Allow,

    /// <summary>It is denied, whatever the namespace's policies allow. Only an Admin Accept of a ClusterNetworkPolicy comes before.</summary>
    Deny,
}

/// <summary>A direction that a policy isolates.</summary>
[JsonConverter(typeof(LenientEnumConverter<PolicyType>))]
public enum PolicyType
{
    /// <summary>Connections to the selected pods.</summary>
    Ingress,

    /// <summary>Connections from the selected pods.</summary>
    Egress,
}

/// <summary>Allows connections to the selected pods, or denies them.</summary>
public sealed record IngressRule
{
    /// <summary>What happens to them; absent: Allow. (No default in the schema: in the items of a list kubectl apply would take it for a change, each time.)</summary>
    public RuleAction Action { get; set; } = RuleAction.Allow;

    /// <summary>Whether each connection that the rule decides is logged; absent: no.</summary>
    public bool Log { get; set; }

    /// <summary>The sources; absent or empty: anyone, outside and nodes included.</summary>
    [Items(100)]
    public ImmutableArray<PolicyPeer>? From { get; init; }

    /// <summary>The ports; absent or empty: every protocol and port.</summary>
    [Items(100)]
    public ImmutableArray<PolicyPort>? Ports { get; init; }
}

/// <summary>Allows connections from the selected pods, or denies them.</summary>
public sealed record EgressRule
{
    /// <summary>What happens to them; absent: Allow. (No default in the schema: in the items of a list kubectl apply would take it for a change, each time.)</summary>
    public RuleAction Action { get; set; } = RuleAction.Allow;

    /// <summary>Whether each connection that the rule decides is logged; absent: no.</summary>
    public bool Log { get; set; }

    /// <summary>The destinations; absent or empty: anywhere, outside included.</summary>
    [Items(100)]
    public ImmutableArray<PolicyPeer>? To { get; init; }

    /// <summary>The ports; absent or empty: every protocol and port.</summary>
    [Items(100)]
    public ImmutableArray<PolicyPort>? Ports { get; init; }
}

/// <summary>The other side of a rule: pods, by their labels and their namespaces' labels, or a block of addresses.</summary>
[Validation(
    "has(self.podSelector) || has(self.namespaceSelector) || has(self.ipBlock)",
    "a peer needs a podSelector, a namespaceSelector or both, or an ipBlock; to allow everyone leave the whole list out")]
[Validation(
    "!has(self.ipBlock) || !(has(self.podSelector) || has(self.namespaceSelector))",
    "an ipBlock stands alone: give selectors in a peer of their own")]
public sealed record PolicyPeer
{
    /// <summary>Pods by label; alone: of the policy's own namespace.</summary>
    public LabelSelector? PodSelector { get; init; }

    /// <summary>Namespaces by label; alone: all their pods.</summary>
    public LabelSelector? NamespaceSelector { get; init; }

    /// <summary>Addresses, pods' own included.</summary>
    public IpBlock? IpBlock { get; init; }
}

/// <summary>A protocol, and within it a port, a range, or a type of ICMP.</summary>
[Validation("!has(self.endPort) || has(self.port)", "endPort needs port: a range begins with port and ends with endPort")]
[Validation(
    "!has(self.endPort) || !has(self.port) || (type(self.port) == int && self.port <= self.endPort)",
    "endPort must not be less than port, and port must be a number")]
[Validation("!has(self.port) || type(self.port) == string || (self.port >= 1 && self.port <= 65535)", "a port is 1 to 65535, or the name of a container's port")]
[Validation("!has(self.port) || !(self.protocol in ['ICMP', 'ICMPv6'])", "ICMP has no ports: give icmpType and icmpCode")]
[Validation("!(has(self.icmpType) || has(self.icmpCode)) || self.protocol in ['ICMP', 'ICMPv6']", "icmpType and icmpCode go with protocol ICMP or ICMPv6")]
[Validation("!has(self.icmpCode) || has(self.icmpType)", "icmpCode needs icmpType")]
public sealed record PolicyPort
{
    /// <summary>The protocol.</summary>
    [Defaulted]
    public PortProtocol Protocol { get; set; } = PortProtocol.TCP;

    /// <summary>The port, 1 to 65535, by number or by the name that the destination's containers give it, or the first of a range; absent: all.</summary>
    public PortReference? Port { get; init; }

    /// <summary>The last port of a range, at least <see cref="Port"/>.</summary>
    [Range(1, 65535)]
    public int? EndPort { get; init; }

    /// <summary>The type of an ICMP message, as 8 for an echo request (ICMPv6: 128); absent: all.</summary>
    [Range(0, 255)]
    public int? IcmpType { get; init; }

    /// <summary>The code within the type; absent: all.</summary>
    [Range(0, 255)]
    public int? IcmpCode { get; init; }
}

/// <summary>The protocols that rules can name.</summary>
[JsonConverter(typeof(LenientEnumConverter<PortProtocol>))]
public enum PortProtocol
{
    /// <summary>TCP (RFC 9293).</summary>
    TCP,

    /// <summary>UDP (RFC 768).</summary>
    UDP,

    /// <summary>SCTP (RFC 9260).</summary>
    SCTP,

    /// <summary>ICMP (RFC 792), of IPv4.</summary>
    ICMP,

    /// <summary>ICMPv6 (RFC 4443).</summary>
    ICMPv6,
}

/// <summary>Whether a policy was accepted, or why not.</summary>
public sealed record OverlayPolicyStatus
{
    /// <summary>The generation of the spec that this status speaks of.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>Accepted.</summary>
    [Items(16, Key = "type")]
    public ImmutableArray<Condition> Conditions { get; set; } = [];

    /// <summary>On how many nodes it is in force.</summary>
    public PolicyInForce? InForce { get; init; }
}

/// <summary>On how many nodes a generation of a policy is in force, as the agents tell in their Leases.</summary>
public sealed record PolicyInForce
{
    /// <summary>The generation.</summary>
    [Needed]
    public long Generation { get; set; }

    /// <summary>The resourceVersion by which the generation was first seen: an agent that has applied it, or a later one, has the generation in force.</summary>
    [Needed]
    [Text(63)]
    public string ResourceVersion { get; set; } = "";

    /// <summary>When that was.</summary>
    [Needed]
    public DateTimeOffset Since { get; set; }

    /// <summary>Nodes where it is in force, of those that have a subnet, as 3/3.</summary>
    [Needed]
    [Text(23)]
    public string Nodes { get; set; } = "";

    /// <summary>What the slowest of these nodes took for its last change of rules, from hearing of it to having it in force.</summary>
    public int? AfterMilliseconds { get; init; }
}
