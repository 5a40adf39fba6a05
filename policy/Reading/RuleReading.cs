using System.Collections.Immutable;
using Overlay.Api.Policies;

namespace Overlay.Policy;

/// <summary>Rules of one NetworkPolicy or OverlayPolicy.</summary>
/// <param name="policy">The policy.</param>
/// <param name="withMore">Whether it may say what only OverlayPolicy can.</param>
/// <param name="problems">Where problems go.</param>
internal sealed class RuleReading(PolicyName policy, bool withMore, Problems problems)
{
    public ImmutableArray<PolicyRule> Ingress(ImmutableArray<IngressRule> rules) =>
        [.. rules.Select((rule, i) => Read(PolicyType.Ingress, i, rule?.Action, rule?.Log ?? false, rule?.From, rule?.Ports))];

    public ImmutableArray<PolicyRule> Egress(ImmutableArray<EgressRule> rules) =>
        [.. rules.Select((rule, i) => Read(PolicyType.Egress, i, rule?.Action, rule?.Log ?? false, rule?.To, rule?.Ports))];

    private PolicyRule Read(PolicyType direction, int i, RuleAction? action, bool log, ImmutableArray<PolicyPeer>? peers, ImmutableArray<PolicyPort>? given)
    {
        var path = direction == PolicyType.Ingress ? $"spec.ingress[{i}]" : $"spec.egress[{i}]";
        if (action is { } said && !Enum.IsDefined(said))
        {
            problems.Add($"{path}.action", "", "an action is Allow or Deny");
        }

        var reference = new RuleReference(policy, direction, i);
        var (ports, named) = PortReading.Read(problems, $"{path}.ports", given, reference, withMore);
        var rule = new PolicyRule(reference, withMore && action == RuleAction.Deny ? RuleEffect.Deny : RuleEffect.Allow)
        {
            Ports = ports,
            NamedPorts = named,
            Log = withMore && log,
        };
        return WithPeers(rule, direction == PolicyType.Ingress ? $"{path}.from" : $"{path}.to", Arrays.OrEmpty(peers));
    }

    private PolicyRule WithPeers(PolicyRule rule, string path, ImmutableArray<PolicyPeer> peers)
    {
        if (peers.IsEmpty)
        {
            return rule with { MeansAnyone = true };
        }

        var pods = ImmutableArray.CreateBuilder<PodPeer>();
        var blocks = ImmutableArray.CreateBuilder<AddressBlock>();
        for (var i = 0; i < peers.Length; i++)
        {
            Read($"{path}[{i}]", peers[i] ?? new PolicyPeer(), pods, blocks);
        }

        return rule with { Pods = pods.ToImmutable(), Blocks = blocks.ToImmutable() };
    }

    private void Read(string path, PolicyPeer peer, ImmutableArray<PodPeer>.Builder pods, ImmutableArray<AddressBlock>.Builder blocks)
    {
        var selects = peer.PodSelector is not null || peer.NamespaceSelector is not null;
        if (peer.IpBlock is { } ipBlock)
        {
            if (selects)
            {
                problems.Add(path, "", "an ipBlock stands alone: give selectors in a peer of their own");
            }
            else if (BlockReading.Read(problems, $"{path}.ipBlock", ipBlock) is { } block)
            {
                blocks.Add(block);
            }

            return;
        }

        if (!selects)
        {
            problems.Add(path, "", "a peer needs podSelector, namespaceSelector or both, or ipBlock; for every pod write namespaceSelector: {}");
            return;
        }

        var readable = SelectorReading.Check(problems, $"{path}.podSelector", peer.PodSelector);
        readable &= SelectorReading.Check(problems, $"{path}.namespaceSelector", peer.NamespaceSelector);
        if (readable)
        {
            var selected = Selector.Of(peer.PodSelector);
            pods.Add(peer.NamespaceSelector is null ? PodPeer.In(policy.Key.Namespace ?? "", selected) : PodPeer.Of(Selector.Of(peer.NamespaceSelector), selected));
        }
    }
}
