using System.Collections.Immutable;
using Overlay.Api.Objects;
using Overlay.Api.Schema;

namespace Overlay.Api.Subnets;

/// <summary>The block that one node's pods draw from. Its name is its CIDR, so that no block can be given out twice.</summary>
[Resource("ovsub")]
[PrinterColumn("CIDR", ".spec.cidr")]
[PrinterColumn("Node", ".spec.nodeName")]
[PrinterColumn("Underlay", ".spec.underlayAddresses[0]")]
[PrinterColumn("VTEP", ".spec.vtepAddress")]
[PrinterColumn("MAC", ".spec.vtepMac", Wide = true)]
[PrinterColumn("Phase", ".status.phase")]
[PrinterColumn("Age", ".metadata.creationTimestamp", Type = "date")]
[Validation(
    "cidr(self.metadata.name.contains('.') ? self.metadata.name.replace('-', '/')" +
    " : self.metadata.name.replace('-', ':', 7).replace('-', '/')) == cidr(self.spec.cidr)",
    "the name of a Subnet is its CIDR, as 10.255.2.0-24, or eight four-digit groups and the length for IPv6: it is the lock on the block")]
public sealed record Subnet : IEntity<Subnet>
{
    /// <inheritdoc />
    public static EntityKind Definition { get; } = new(OverlayGroup.Name, OverlayGroup.Version, "Subnet", "subnets", false);

    /// <inheritdoc />
    public string ApiVersion { get; set; } = OverlayGroup.ApiVersion;

    /// <inheritdoc />
    public string Kind { get; set; } = "Subnet";

    /// <inheritdoc />
    public ObjectMeta Metadata { get; set; } = new();

    /// <summary>Whose it is, and how to reach it.</summary>
    [Needed]
    public SubnetSpec Spec { get; set; } = new();

    /// <summary>Whether it is in use or rests.</summary>
    [Defaulted("""{"phase":"Active"}""")]
    public SubnetStatus? Status { get; init; }
}

/// <summary>Whose subnet it is, and how to reach it: all a remote node needs to be programmed.</summary>
[Validation(
    "!isCIDR(self.cidr) || !isIP(self.vtepAddress) || cidr(self.cidr).containsIP(self.vtepAddress)",
    "vtepAddress is not within cidr")]
public sealed record SubnetSpec
{
    /// <summary>The block, as <c>10.255.2.0/24</c>.</summary>
    [Needed]
    [Text(TextAttribute.CidrLength)]
    [Validation("isCIDR(self)", "not a CIDR: write an address, a slash and a prefix length")]
    [Validation("self == oldSelf", "the block of a Subnet can not change")]
    public string Cidr { get; set; } = "";

    /// <summary>The node's name.</summary>
    [Needed]
    [Text(253, MinLength = 1)]
    [Validation("self == oldSelf", "a Subnet can not move to another node")]
    public string NodeName { get; set; } = "";

    /// <summary>The node's UID: a node re-made under the same name is another node.</summary>
    [Needed]
    [Text(63, MinLength = 1)]
    [Validation("self == oldSelf", "a Subnet can not move to another node")]
    public string NodeUid { get; set; } = "";

    /// <summary>The node's labels that policies may select by.</summary>
    [Items(128)]
    [Text(TextAttribute.LabelValueLength)]
    public ImmutableSortedDictionary<string, string>? NodeLabels { get; init; }

    /// <summary>The node's addresses on the underlay (its Internal IPs), the VTEP's own first.</summary>
    [Items(16)]
    [Text(45)]
    [Validation("isIP(self)", "not an IP address", OnItems = true)]
    public ImmutableArray<string> UnderlayAddresses { get; set; } = [];

    /// <summary>The VTEP's address inside the overlay: the first of the block.</summary>
    [Needed]
    [Text(45)]
    [Validation("isIP(self)", "not an IP address")]
    public string VtepAddress { get; set; } = "";

    /// <summary>The VTEP's MAC address, computed from the node's UID, as <c>0e:12:34:56:78:9a</c>.</summary>
    [Needed]
    [Text(17, Pattern = "^[0-9a-f]{2}(:[0-9a-f]{2}){5}$")]
    public string VtepMac { get; set; } = "";
}

/// <summary>Whether the subnet is in use or rests.</summary>
public sealed record SubnetStatus
{
    /// <summary>Active, or Released while it rests before reuse.</summary>
    public AllocationPhase Phase { get; set; } = AllocationPhase.Active;

    /// <summary>When it was released (server's clock).</summary>
    public DateTimeOffset? ReleasedAt { get; init; }
}

/// <summary>The life of something given out: in use, then at rest until nobody can still act on it.</summary>
public enum AllocationPhase
{
    /// <summary>In use.</summary>
    Active,

    /// <summary>Given back; rests before it is given out again.</summary>
    Released,
}
