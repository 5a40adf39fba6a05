using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Overlay.Api.Objects;
using Overlay.Api.Schema;

namespace Overlay.Api.Network;

/// <summary>The one network of the cluster, named <c>default</c>; written by the administrator (the chart).</summary>
[Resource("ovnet")]
[PrinterColumn("Pool", ".spec.pools[0].cidr")]
[PrinterColumn("Pool 2", ".spec.pools[1].cidr")]
[PrinterColumn("VNI", ".spec.vni", Type = "integer")]
[PrinterColumn("Default", ".spec.policy.defaultAction")]
[PrinterColumn("Ready", """.status.conditions[?(@.type=="Ready")].status""")]
[PrinterColumn("Reason", """.status.conditions[?(@.type=="Ready")].reason""")]
[PrinterColumn("Port", ".spec.port", Type = "integer", Wide = true)]
[PrinterColumn("MTU", ".spec.mtu", Type = "integer", Wide = true)]
[PrinterColumn("Backend", ".spec.rules.backend", Wide = true)]
[PrinterColumn("Age", ".metadata.creationTimestamp", Type = "date")]
[Validation("self.metadata.name == 'default'", "there is one OverlayNetwork in a cluster and its name is 'default': name it so, or edit the one that exists")]
public sealed record OverlayNetwork : IEntity<OverlayNetwork>
{
    /// <summary>The only name an OverlayNetwork may have.</summary>
    public const string DefaultName = "default";

    /// <inheritdoc />
    public static EntityKind Definition { get; } = new(OverlayGroup.Name, OverlayGroup.Version, "OverlayNetwork", "overlaynetworks", false);

    /// <inheritdoc />
    public string ApiVersion { get; set; } = OverlayGroup.ApiVersion;

    /// <inheritdoc />
    public string Kind { get; set; } = "OverlayNetwork";

    /// <inheritdoc />
    public ObjectMeta Metadata { get; set; } = new();

    /// <summary>What the administrator wants.</summary>
    [Needed]
    public OverlayNetworkSpec Spec { get; set; } = new();

    /// <summary>What the operator found and did.</summary>
    public OverlayNetworkStatus? Status { get; init; }
}

/// <summary>What the administrator wants of the network.</summary>
public sealed record OverlayNetworkSpec
{
    /// <summary>The address pools, disjoint, of one or both families.</summary>
    [Needed]
    [Items(16, Min = 1, Key = "cidr")]
    [Validation(
        "self.all(a, self.all(b, a.cidr == b.cidr || !isCIDR(a.cidr) || !isCIDR(b.cidr) || !cidr(a.cidr).containsCIDR(b.cidr)))",
        "pools overlap: make them disjoint, or merge them into one")]
    [Validation(
        "oldSelf.all(o, self.all(n, n.cidr != o.cidr || n.nodePrefixLength == o.nodePrefixLength))",
        "nodePrefixLength of a pool can not change, nodes hold subnets of that size: add another pool instead")]
    public ImmutableArray<AddressPool> Pools { get; set; } = [];

    /// <summary>The VXLAN network identifier, 1 to 16777215.</summary>
    [Range(1, 16_777_215)]
    [Defaulted]
    public int Vni { get; set; } = 1;

    /// <summary>The UDP port of VXLAN on every node, 1 to 65535 (IANA: 4789).</summary>
    [Range(1, 65535)]
    [Defaulted]
    public int Port { get; set; } = 4789;

    /// <summary>The MTU of pods and VTEP in bytes, 1280 to 65535; 0 finds it out from the underlay.</summary>
    [Range(0, 65535)]
    [Defaulted]
    [Validation("self == 0 || self >= 1280", "mtu must be at least 1280 bytes (the least that IPv6 works with, RFC 8200 section 5), or 0 to find it out")]
    public int Mtu { get; init; }

    /// <summary>How rules are put into the kernel.</summary>
    [Defaulted]
    public RulesSpec Rules { get; set; } = new();

    /// <summary>Source NAT of pod traffic that leaves the overlay.</summary>
    [Defaulted]
    public MasqueradeSpec Masquerade { get; set; } = new();

    /// <summary>What happens where no policy decides, and to what is denied.</summary>
    [Defaulted]
    public PolicySpec Policy { get; set; } = new();

    /// <summary>Which connections agents tell of.</summary>
    [Defaulted]
    public LoggingSpec Logging { get; set; } = new();

    /// <summary>The label keys that always tell workloads apart.</summary>
    [Defaulted]
    [Items(32, Set = true)]
    [Text(TextAttribute.LabelKeyLength, MinLength = 1, Pattern = TextAttribute.LabelKey)]
    public ImmutableArray<string> WorkloadLabels { get; set; } = DefaultWorkloadLabels;

    /// <summary>The label keys of <see cref="WorkloadLabels"/> when nothing else is said.</summary>
    public static readonly ImmutableArray<string> DefaultWorkloadLabels =
        ["app", "app.kubernetes.io/name", "app.kubernetes.io/component", "k8s-app"];
}

/// <summary>A block that node subnets are cut from.</summary>
/// <param name="Cidr">The block, as <c>10.255.0.0/16</c> or <c>fd00:255::/48</c>.</param>
/// <param name="NodePrefixLength">The prefix length of each node's subnet; immutable.</param>
[Validation("isCIDR(self.cidr)", "cidr is not a CIDR: write an address, a slash and a prefix length, as 10.255.0.0/16 or fd00:255::/48")]
[Validation(
    "!isCIDR(self.cidr) || cidr(self.cidr) == cidr(self.cidr).masked()",
    "cidr has bits set beyond its prefix length: write the network's first address")]
[Validation(
    "!isCIDR(self.cidr) || cidr(self.cidr).prefixLength() <= self.nodePrefixLength",
    "the pool is smaller than one node's subnet: nodePrefixLength must be at least the prefix length of cidr")]
[Validation(
    "!isCIDR(self.cidr) || self.nodePrefixLength - cidr(self.cidr).prefixLength() <= 24",
    "the pool would hold more than 16777216 subnets: make nodePrefixLength at most 24 more than the prefix length of cidr")]
[Validation(
    "!isCIDR(self.cidr) || cidr(self.cidr).ip().family() == 6 || self.nodePrefixLength <= 30",
    "nodePrefixLength of an IPv4 pool can be at most 30: a smaller subnet has no room for a VTEP and pods")]
public sealed record AddressPool(
    [property: Text(TextAttribute.CidrLength)] string Cidr,
    [property: Range(1, 126)] int NodePrefixLength);

/// <summary>How rules are put into the kernel.</summary>
public sealed record RulesSpec
{
    /// <summary>The rule backend of every node.</summary>
    [Defaulted]
    public RuleBackend Backend { get; set; } = RuleBackend.Auto;
}

/// <summary>The kernel's rule engine a node uses.</summary>
public enum RuleBackend
{
    /// <summary>nftables where the node has it, else iptables.</summary>
    [JsonStringEnumMemberName("auto")]
    Auto,

    /// <summary>nftables.</summary>
    [JsonStringEnumMemberName("nftables")]
    Nftables,

    /// <summary>iptables and ipset; tags above 8191 are not known on such a node.</summary>
    [JsonStringEnumMemberName("iptables")]
    Iptables,
}

/// <summary>Source NAT of pod traffic that leaves the overlay.</summary>
public sealed record MasqueradeSpec
{
    /// <summary>Whether it is done at all.</summary>
    [Defaulted]
    public bool Enabled { get; set; } = true;

    /// <summary>Destinations (CIDRs) that see the pods' own addresses.</summary>
    [Items(256, Set = true)]
    [Text(TextAttribute.CidrLength)]
    [Validation("isCIDR(self)", "not a CIDR: write an address, a slash and a prefix length, as 192.168.0.0/16", OnItems = true)]
    public ImmutableArray<string> Exceptions { get; set; } = [];
}

/// <summary>What happens where no policy decides, and to what is denied.</summary>
public sealed record PolicySpec
{
    /// <summary>The verdict between pods that no policy selects.</summary>
    [Defaulted]
    public DefaultAction DefaultAction { get; set; } = DefaultAction.Allow;

    /// <summary>What a denied packet meets.</summary>
    [Defaulted]
    public DenyAction DenyAction { get; set; } = DenyAction.Drop;
}

/// <summary>The verdict between pods that no policy selects.</summary>
public enum DefaultAction
{
    /// <summary>Allowed, as Kubernetes has it.</summary>
    Allow,

    /// <summary>Denied, as Cloud Foundry has it.</summary>
    Deny,
}

/// <summary>What a denied packet meets.</summary>
public enum DenyAction
{
    /// <summary>Silence: the client times out.</summary>
    Drop,

    /// <summary>A TCP reset, or ICMP "administratively prohibited".</summary>
    Reject,
}

/// <summary>What the operator found and did.</summary>
public sealed record OverlayNetworkStatus
{
    /// <summary>The generation of the spec that this status speaks of.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>Ready, PoolsValid, PoolsExhausted, TagsExhausted.</summary>
    [Items(16, Key = "type")]
    public ImmutableArray<Condition> Conditions { get; set; } = [];

    /// <summary>The label keys in force, each with the namespaces it is in force in (none: in all).</summary>
    [Items(4096, Key = "key")]
    public ImmutableArray<KeyInForce> LabelKeys { get; set; } = [];

    /// <summary>How full each pool is.</summary>
    [Items(16, Key = "cidr")]
    public ImmutableArray<PoolUsage> Pools { get; set; } = [];
}

/// <summary>A label key that tells workloads apart.</summary>
/// <param name="Key">The label key.</param>
public sealed record KeyInForce(string Key)
{
    /// <summary>The namespaces where it is in force; null or empty: everywhere.</summary>
    public ImmutableArray<string>? Namespaces { get; init; }
}

/// <summary>How full a pool is.</summary>
/// <param name="Cidr">The pool.</param>
/// <param name="Subnets">How many subnets it holds in all.</param>
/// <param name="Used">How many of them are given out or rest.</param>
public sealed record PoolUsage(string Cidr, long Subnets, long Used);
