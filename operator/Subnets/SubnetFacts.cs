using System.Collections.Immutable;
using System.Net;
using Overlay.Api.Objects;
using Overlay.Api.Subnets;
using Overlay.Kube.Core;

namespace Overlay.Operator.Subnets;

/// <summary>What a Subnet says of its node: all that peers need to reach it.</summary>
internal static class SubnetFacts
{
    // The schema's bounds; a node beyond them loses labels that policies could select by, not its subnet.
    private const int MostLabels = 128;
    private const int MostAddresses = 16;

    /// <summary>The spec for a node's block.</summary>
    public static SubnetSpec Of(Node node, IPNetwork block) => new()
    {
        Cidr = block.ToString(),
        NodeName = node.Metadata.Name,
        NodeUid = node.Metadata.Uid!,
        NodeLabels = node.Metadata.Labels is { Count: > 0 } labels ? labels.Take(MostLabels).ToImmutableSortedDictionary(StringComparer.Ordinal) : null,
        UnderlayAddresses = UnderlayAddresses(node),
        VtepAddress = block.BaseAddress.ToString(),
        VtepMac = VtepMac.Text(VtepMac.Of(node.Metadata.Uid!)),
    };

    /// <summary>The whole object for a node's block.</summary>
    public static Subnet Make(Node node, IPNetwork block) => new()
    {
        Metadata = new ObjectMeta { Name = SubnetName.Of(block) },
        Spec = Of(node, block),
    };

    /// <summary>Whether two specs say the same.</summary>
    public static bool Same(SubnetSpec left, SubnetSpec right) =>
        left with { NodeLabels = null, UnderlayAddresses = [] } == right with { NodeLabels = null, UnderlayAddresses = [] }
        && left.UnderlayAddresses.AsSpan().SequenceEqual(right.UnderlayAddresses.AsSpan())
        && (left.NodeLabels ?? Empty).SequenceEqual(right.NodeLabels ?? Empty);

    private static readonly ImmutableSortedDictionary<string, string> Empty = ImmutableSortedDictionary<string, string>.Empty;

    private static ImmutableArray<string> UnderlayAddresses(Node node) =>
    [
        .. (node.Status?.Addresses ?? [])
            .Where(a => a.Type is "InternalIP" && IPAddress.TryParse(a.Address, out _))
            .Select(a => a.Address).Distinct(StringComparer.Ordinal).Take(MostAddresses),
    ];
}
