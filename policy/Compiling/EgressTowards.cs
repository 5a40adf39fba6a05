using System.Collections.Immutable;
using System.Net;

namespace Overlay.Policy;

/// <summary>What senders' policies let them reach of one local workload, at one of its addresses. The workload is known in full, so nothing is left open but whom a policy speaks for.</summary>
/// <param name="index">The policies.</param>
/// <param name="workload">The destination.</param>
/// <param name="address">The address; null: it has none that anybody knows.</param>
internal sealed class EgressTowards(PolicyIndex index, LocalWorkload workload, IPAddress? address)
{
    private readonly Dictionary<TierRules, ImmutableArray<PortEntry>> _found = new(ReferenceEqualityComparer.Instance);

    /// <summary>What a sender with these rules may reach.</summary>
    /// <param name="tiers">The rules.</param>
    /// <param name="perhaps">Policies that may speak for the sender or not.</param>
    public ImmutableArray<PortEntry> Of(TierRules tiers, ImmutableHashSet<PolicyName> perhaps)
    {
        if (tiers.IsNone)
        {
            return PortEntries.Everything;
        }

        if (!_found.TryGetValue(tiers, out var ports))
        {
            var walk = new TierWalk(tiers, rule => Means(rule, perhaps), rule => rule.PortsOf(workload.Ports), otherwise: true);
            var rights = walk.Walk();
            ports = PortEntries.Union(rights.Firm, rights.Plain);
            _found.Add(tiers, ports);
        }

        return ports;
    }

    /// <summary>Forgets what was found: senders' rules have changed.</summary>
    public void Forget() => _found.Clear();

    private Match Means(PolicyRule rule, ImmutableHashSet<PolicyName> perhaps)
    {
        var means =
            rule.MeansAnyone
            || rule.Pods.Any(peer => index.Peers.Means(peer, workload.Namespace, workload.Labels))
            || (address is not null && rule.Blocks.Any(block => block.Contains(address)));
        return !means ? Match.No
            : perhaps.Contains(rule.Reference.Policy) ? Match.Unknown
            : Match.Yes;
    }
}
