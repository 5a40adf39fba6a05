using System.Collections.Immutable;
using System.Net;

namespace Overlay.Api.Subnets;

/// <summary>What the Subnets of a node say of it.</summary>
/// <param name="Name">The node's name.</param>
/// <param name="Labels">Its labels that policies may select by.</param>
/// <param name="Underlay">Its addresses on the underlay.</param>
/// <param name="Overlay">Its own addresses inside the overlay (its VTEP's).</param>
public sealed record SubnetNode(
    string Name,
    ImmutableSortedDictionary<string, string> Labels,
    ImmutableArray<IPAddress> Underlay,
    ImmutableArray<IPAddress> Overlay)
{
    /// <summary>
    /// The nodes that hold Subnets, by name. Blocks at rest are nobody's; addresses that are none are passed over; a node made again under its
    /// name is a node of its own while its forerunner's block is still there.
    /// </summary>
    /// <param name="subnets">All Subnets.</param>
    public static ImmutableArray<SubnetNode> Of(IEnumerable<Subnet> subnets) =>
        [
            .. subnets
                .Where(subnet => subnet.Status?.Phase != AllocationPhase.Released)
                .GroupBy(subnet => (subnet.Spec.NodeName, subnet.Spec.NodeUid))
                .OrderBy(node => node.Key.NodeName, StringComparer.Ordinal)
                .ThenBy(node => node.Key.NodeUid, StringComparer.Ordinal)
                .Select(node => new SubnetNode(
                    node.Key.NodeName,
                    node.Order(SubnetOrder.Seniority).Last().Spec.NodeLabels ?? ImmutableSortedDictionary<string, string>.Empty,
                    Addresses(node.SelectMany(subnet => subnet.Spec.UnderlayAddresses.IsDefault ? [] : subnet.Spec.UnderlayAddresses)),
                    Addresses(node.Select(subnet => subnet.Spec.VtepAddress)))),
        ];

    private static ImmutableArray<IPAddress> Addresses(IEnumerable<string> texts) =>
        [.. texts.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(text => IPAddress.TryParse(text, out var address) ? address : null).OfType<IPAddress>()];
}
