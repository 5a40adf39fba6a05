using System.Collections.Immutable;
using Overlay.Api.Schema;

namespace Overlay.Api.Policies;

/// <summary>A block of addresses, less some smaller blocks within it.</summary>
public sealed record IpBlock
{
    /// <summary>The block, as <c>192.168.1.0/24</c> or <c>2001:db8::/64</c>.</summary>
    [Needed]
    [Text(TextAttribute.CidrLength)]
    [Validation("isCIDR(self)", "not a CIDR: write an address, a slash and a prefix length")]
    public string Cidr { get; set; } = "";

    /// <summary>Blocks within <see cref="Cidr"/> that are not meant.</summary>
    [Items(25)]
    [Text(TextAttribute.CidrLength)]
    [Validation("isCIDR(self)", "not a CIDR: write an address, a slash and a prefix length", OnItems = true)]
    public ImmutableArray<string>? Except { get; init; }
}
