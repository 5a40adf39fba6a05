using System.Collections.Immutable;

namespace Overlay.Policy;

/// <summary>What policies say of connections from the pods behind a tag.</summary>
/// <param name="Tiers">Their rules, those that are for everybody included.</param>
/// <param name="Perhaps">Policies among them that may speak for the tag's pods or not.</param>
/// <param name="IsRestricted">Whether the pods reach only what is granted to the tag: they are isolated, or not all that concerns them is known.</param>
internal sealed record SenderProfile(TierRules Tiers, ImmutableHashSet<PolicyName> Perhaps, bool IsRestricted)
{
    /// <summary>A tag's profile.</summary>
    /// <param name="sure">The policies that surely speak for its pods; at least one.</param>
    /// <param name="perhaps">Those that may or may not.</param>
    /// <param name="forAll">Those that speak for every pod.</param>
    public static SenderProfile Of(IEnumerable<PolicyModel> sure, List<PolicyModel> perhaps, ImmutableArray<PolicyModel> forAll)
    {
        var all = sure.Concat(perhaps).Concat(forAll).ToList();
        all.Sort(PolicyOrder.Instance);
        var tiers = TierRules.Of(all, ingress: false);
        var restricted = perhaps.Count > 0 || (tiers.Isolated && !tiers.Namespaced.Any(AllowsEverything));
        return new SenderProfile(tiers, [.. perhaps.Select(policy => policy.Name)], restricted);
    }

    /// <summary>Isolated, yet free to reach everything: then exceptions are fewer than grants.</summary>
    private static bool AllowsEverything(PolicyRule rule) =>
        rule.Effect == RuleEffect.Allow && PortEntries.IsEverything(rule.Ports) && (rule.MeansAnyone || rule.Pods.Any(peer => peer.IsAnyPod));
}
