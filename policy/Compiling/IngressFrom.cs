using System.Collections.Immutable;

namespace Overlay.Policy;

/// <summary>What one local workload's own policies let in, by who asks. Senders whom the rules can't tell apart share a result.</summary>
internal sealed class IngressFrom
{
    private readonly PolicyIndex _index;
    private readonly LocalWorkload _workload;
    private readonly TierRules _tiers;
    private readonly ImmutableArray<PolicyRule> _selective;
    private readonly Dictionary<string, Rights> _bySignature = new(StringComparer.Ordinal);

    public IngressFrom(PolicyIndex index, LocalWorkload workload, TierRules tiers)
    {
        (_index, _workload, _tiers) = (index, workload, tiers);
        _selective = [.. tiers.All.Where(rule => !rule.MeansAnyone && rule.Pods.Any(peer => !peer.IsAnyPod))];
        Addresses = new AddressedIngress(index, workload, tiers);
        Outsider = Walk(static rule => rule.MeansAnyone ? Match.Yes : Match.No);
        AnyPod = Walk(MeansAnyPod);
        UnknownTag = Walk(static rule => MeansAnyPod(rule) == Match.Yes ? Match.Yes : rule.Pods.IsEmpty ? Match.No : Match.Unknown);
        UnknownPod = Walk(static rule => rule.MeansAnyone ? Match.Yes : rule.Pods.IsEmpty ? Match.No : Match.Unknown);
    }

    /// <summary>The addresses that have a say.</summary>
    public AddressedIngress Addresses { get; }

    /// <summary>What comes in from nodes and from outside.</summary>
    public Rights Outsider { get; }

    /// <summary>What comes in from a pod that no selective rule means.</summary>
    public Rights AnyPod { get; }

    /// <summary>What comes in from a pod with a workload's tag of which nothing is known.</summary>
    public Rights UnknownTag { get; }

    /// <summary>What comes in under tag 2: from a pod whose workload its own agent does not know. A policy that means every pod does not let it in either (invariant 5).</summary>
    public Rights UnknownPod { get; }

    /// <summary>The tags that a selective rule means, or may mean to their loss.</summary>
    public IEnumerable<KnownTag> Told()
    {
        foreach (var rule in _selective)
        {
            foreach (var peer in rule.Pods.Where(peer => !peer.IsAnyPod))
            {
                foreach (var tag in _index.Peers.Meant(peer))
                {
                    yield return tag;
                }

                if (rule.Effect != RuleEffect.Allow)
                {
                    foreach (var tag in _index.Peers.PerhapsMeant(peer))
                    {
                        yield return tag;
                    }
                }
            }
        }
    }

    /// <summary>What comes in from a tag's pods.</summary>
    public Rights Of(KnownTag tag)
    {
        var matches = new Match[_selective.Length];
        Span<char> signature = stackalloc char[Math.Min(_selective.Length, 256)];
        var text = _selective.Length <= 256 ? signature : new char[_selective.Length];
        for (var i = 0; i < _selective.Length; i++)
        {
            matches[i] = Means(_selective[i], tag);
            text[i] = (char)('0' + (int)matches[i]);
        }

        var key = new string(text);
        if (!_bySignature.TryGetValue(key, out var rights))
        {
            var byRule = new Dictionary<PolicyRule, Match>(ReferenceEqualityComparer.Instance);
            for (var i = 0; i < _selective.Length; i++)
            {
                byRule[_selective[i]] = matches[i];
            }

            rights = Walk(rule => byRule.TryGetValue(rule, out var match) ? match : MeansAnyPod(rule));
            _bySignature.Add(key, rights);
        }

        return rights;
    }

    private Match Means(PolicyRule rule, KnownTag tag)
    {
        var best = Match.No;
        foreach (var peer in rule.Pods)
        {
            var match = peer.IsAnyPod ? Match.Yes : _index.Peers.Means(peer, tag);
            best = match > best ? match : best;
        }

        return best;
    }

    private static Match MeansAnyPod(PolicyRule rule) => rule.MeansAnyone || rule.Pods.Any(peer => peer.IsAnyPod) ? Match.Yes : Match.No;

    private Rights Walk(Func<PolicyRule, Match> means) =>
        new TierWalk(_tiers, means, rule => rule.PortsOf(_workload.Ports), _index.DefaultAction == Api.Network.DefaultAction.Allow)
            .Walk()
            .Simplify(!Addresses.Allowed.IsEmpty, !Addresses.Denied.IsEmpty);
}
