using System.Collections.Immutable;
using Overlay.Api.Objects;

namespace Overlay.Api.Network;

/// <summary>The one network of the cluster, named <c>default</c>; written by the administrator (the chart).</summary>
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
    public OverlayNetworkSpec Spec { get; set; } = new();

    /// <summary>What the operator found and did.</summary>
    public OverlayNetworkStatus? Status { get; init; }
}

/// <summary>What the administrator wants of the network.</summary>
public sealed record OverlayNetworkSpec
{
    /// <summary>The address pools, disjoint, of one or both families.</summary>
    public ImmutableArray<AddressPool> Pools { get; set; } = [];

    /// <summary>The VXLAN network identifier, 1 to 16777215.</summary>
    public int Vni { get; set; } = 1;

    /// <summary>The UDP port of VXLAN on every node, 1 to 65535 (IANA: 4789).</summary>
    public int Port { get; set; } = 4789;

    /// <summary>The MTU of pods and VTEP in bytes, 1280 to 65535; 0 finds it out from the underlay.</summary>
    public int Mtu { get; init; }

    /// <summary>How rules are put into the kernel.</summary>
    public RulesSpec Rules { get; set; } = new();

    /// <summary>Source NAT of pod traffic that leaves the overlay.</summary>
    public MasqueradeSpec Masquerade { get; set; } = new();

    /// <summary>What happens where no policy decides, and to what is denied.</summary>
    public PolicySpec Policy { get; set; } = new();

    /// <summary>The label keys that always tell workloads apart.</summary>
    public ImmutableArray<string> WorkloadLabels { get; set; } = DefaultWorkloadLabels;

    /// <summary>The label keys of <see cref="WorkloadLabels"/> when nothing else is said.</summary>
    public static readonly ImmutableArray<string> DefaultWorkloadLabels =
        ["app", "app.kubernetes.io/name", "app.kubernetes.io/component", "k8s-app"];
}

/// <summary>A block that node subnets are cut from.</summary>
/// <param name="Cidr">The block, as <c>10.255.0.0/16</c> or <c>fd00:255::/48</c>.</param>
/// <param name="NodePrefixLength">The prefix length of each node's subnet; immutable.</param>
public sealed record AddressPool(string Cidr, int NodePrefixLength);

/// <summary>How rules are put into the kernel.</summary>
public sealed record RulesSpec
{
    /// <summary>The rule backend of every node.</summary>
    public RuleBackend Backend { get; set; } = RuleBackend.Auto;
}

/// <summary>The kernel's rule engine a node uses.</summary>
public enum RuleBackend
{
    /// <summary>nftables where the kernel has it.</summary>
    Auto,

    /// <summary>nftables.</summary>
    Nftables,
}

/// <summary>Source NAT of pod traffic that leaves the overlay.</summary>
public sealed record MasqueradeSpec
{
    /// <summary>Whether it is done at all.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Destinations (CIDRs) that see the pods' own addresses.</summary>
    public ImmutableArray<string> Exceptions { get; set; } = [];
}

/// <summary>What happens where no policy decides, and to what is denied.</summary>
public sealed record PolicySpec
{
    /// <summary>The verdict between pods that no policy selects.</summary>
    public DefaultAction DefaultAction { get; set; } = DefaultAction.Allow;

    /// <summary>What a denied packet meets.</summary>
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
    public ImmutableArray<Condition> Conditions { get; set; } = [];

    /// <summary>The label keys in force, each with the namespaces it is in force in (none: in all).</summary>
    public ImmutableArray<KeyInForce> LabelKeys { get; set; } = [];

    /// <summary>How full each pool is.</summary>
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
