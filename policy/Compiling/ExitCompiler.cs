using System.Collections.Immutable;

namespace Overlay.Policy;

/// <summary>What a local workload may reach outside of the overlay. Its labels are known in full, and addresses are all that the outside is known by.</summary>
internal static class ExitCompiler
{
    /// <summary>The exits; null: everything may leave.</summary>
    public static ImmutableArray<Exit>? Compile(TierRules tiers, PolicyIndex index)
    {
        if (tiers.IsNone)
        {
            return null;
        }

        var nodes = tiers
            .All.SelectMany(rule => rule.Nodes)
            .Distinct()
            .ToDictionary(selector => selector, selector => index.NodesOf(selector).SelectMany(node => node.Addresses).Select(AddressRange.Of).ToHashSet());
        var named = tiers.All.SelectMany(rule => rule.Blocks.SelectMany(block => block.Ranges)).Concat(nodes.Values.SelectMany(addresses => addresses)).ToHashSet();
        if (named.Count == 0)
        {
            var everywhere = Walk(null);
            return PortEntries.IsEverything(everywhere) ? null : [.. everywhere.Select(entry => ExitOf(null, entry))];
        }

        var pieces = AddressPartition.Cut([.. named, AddressRange.IPv4, AddressRange.IPv6]);
        var parts = AddressPartition.Of([.. pieces.Select(piece => new AddressClaim(piece, Walk(piece)))]).ToList();
        return IsEverything(parts) ? null : [.. parts.SelectMany(part => part.Ports.Select(entry => ExitOf(part.Addresses, entry)))];

        ImmutableArray<PortEntry> Walk(AddressRange? piece)
        {
            var rights = new TierWalk(tiers, rule => Means(rule, piece), static rule => rule.PortsOf(null), otherwise: true).Walk();
            return PortEntries.Union(rights.Firm, rights.Plain);
        }

        Match Means(PolicyRule rule, AddressRange? piece) =>
            rule.MeansAnyone
            || (
                piece is { } range
                && (rule.Blocks.Any(block => block.Ranges.Any(whole => Holds(whole, range))) || rule.Nodes.Any(selector => nodes[selector].Contains(range)))
            )
                ? Match.Yes
                : Match.No;
    }

    private static bool Holds(AddressRange whole, AddressRange piece) => whole.Family == piece.Family && whole.First <= piece.First && piece.Last <= whole.Last;

    private static bool IsEverything(List<AddressClaim> parts) =>
        parts.All(part => PortEntries.IsEverything(part.Ports))
        && AddressPartition.Of([.. parts.Select(part => part with { Ports = PortEntries.Everything })]).Select(part => part.Addresses).SequenceEqual([AddressRange.IPv4, AddressRange.IPv6]);

    private static Exit ExitOf(AddressRange? addresses, PortEntry entry) => new(entry.Protocol, entry.PortsOrAll, entry.Because) { Addresses = addresses };
}
