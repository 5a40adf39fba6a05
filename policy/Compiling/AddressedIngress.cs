using System.Collections.Immutable;

namespace Overlay.Policy;

/// <summary>Senders' addresses that a workload's namespaced rules allow or deny. (A cluster's policies have no addresses on ingress.)</summary>
internal sealed class AddressedIngress
{
    public AddressedIngress(PolicyIndex index, LocalWorkload workload, TierRules tiers)
    {
        var rules = tiers.Namespaced.Where(rule => !rule.Blocks.IsEmpty).ToList();
        Allowed = Of(rules.Where(rule => rule.Effect == RuleEffect.Allow), index, workload);
        Denied = Of(rules.Where(rule => rule.Effect == RuleEffect.Deny), index, workload);
    }

    /// <summary>Allowed, sorted by address; ranges are the same or don't meet.</summary>
    public ImmutableArray<AddressGrant> Allowed { get; }

    /// <summary>Denied, sorted by address; ranges are the same or don't meet.</summary>
    public ImmutableArray<AddressGrant> Denied { get; }

    private static ImmutableArray<AddressGrant> Of(IEnumerable<PolicyRule> rules, PolicyIndex index, LocalWorkload workload)
    {
        var claims = rules
            .SelectMany(rule => rule.Blocks.SelectMany(block => WithNodes(block, index)).Select(range => new AddressClaim(range, rule.PortsOf(workload.Ports))))
            .ToList();
        return
        [
            .. AddressPartition.Of(claims)
                .SelectMany(part => part.Ports.Select(entry => new AddressGrant(part.Addresses, entry.Protocol, entry.PortsOrAll, entry.Because))),
        ];
    }

    /// <summary>A node's packets to pods come from its address inside the overlay: where a block names its own address, that one is meant too.</summary>
    private static IEnumerable<AddressRange> WithNodes(AddressBlock block, PolicyIndex index) =>
        block.Ranges.Concat(
            index.Nodes.Where(node => node.Addresses.Any(block.Contains)).SelectMany(node => node.OverlayAddresses).Where(address => !block.Contains(address)).Select(AddressRange.Of)
        );
}
