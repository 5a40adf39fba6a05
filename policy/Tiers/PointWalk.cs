using System.Collections.Immutable;

namespace Overlay.Policy;

/// <summary>What decided one connection in one direction.</summary>
/// <param name="Allowed">Whether this direction allows it.</param>
/// <param name="Tier">The tier that decided; null: none did, the default holds.</param>
/// <param name="Rules">The rules that decided; none when the default did, or isolation alone.</param>
internal sealed record Decision(bool Allowed, Tier? Tier, ImmutableArray<RuleReference> Rules);

/// <summary>Walks the tiers with one connection: says the same as <see cref="TierWalk"/>, and who said it.</summary>
/// <param name="tiers">The rules.</param>
/// <param name="means">Whether a rule means the peer on the connection's port.</param>
/// <param name="otherwise">Whether what no rule decides is allowed.</param>
internal readonly struct PointWalk(TierRules tiers, Func<PolicyRule, Match> means, bool otherwise)
{
    /// <summary>The decision.</summary>
    public Decision Walk() => Admin(0);

    private Decision Admin(int from)
    {
        for (var i = from; i < tiers.Admin.Length; i++)
        {
            var rule = tiers.Admin[i];
            var match = means(rule);
            if (match == Match.No || (match == Match.Unknown && rule.Effect == RuleEffect.Allow))
            {
                continue;
            }

            if (rule.Effect != RuleEffect.Pass)
            {
                return new Decision(rule.Effect == RuleEffect.Allow, Tier.Admin, [rule.Reference]);
            }

            var passed = Namespaced();
            return match == Match.Unknown && passed.Allowed ? Admin(i + 1) : passed;
        }

        return Namespaced();
    }

    private Decision Namespaced()
    {
        if (!tiers.Isolated)
        {
            return Baseline(0);
        }

        var allowing = ImmutableArray.CreateBuilder<RuleReference>();
        var denying = ImmutableArray.CreateBuilder<RuleReference>();
        foreach (var rule in tiers.Namespaced)
        {
            var match = means(rule);
            if (rule.Effect == RuleEffect.Deny ? match != Match.No : match == Match.Yes)
            {
                (rule.Effect == RuleEffect.Deny ? denying : allowing).Add(rule.Reference);
            }
        }

        return denying.Count > 0 ? new Decision(false, Tier.Namespaced, denying.ToImmutable()) : new Decision(allowing.Count > 0, Tier.Namespaced, allowing.ToImmutable());
    }

    private Decision Baseline(int from)
    {
        for (var i = from; i < tiers.Baseline.Length; i++)
        {
            var rule = tiers.Baseline[i];
            var match = means(rule);
            if (match == Match.No || (match == Match.Unknown && rule.Effect == RuleEffect.Allow))
            {
                continue;
            }

            if (rule.Effect != RuleEffect.Pass)
            {
                return new Decision(rule.Effect == RuleEffect.Allow, Tier.Baseline, [rule.Reference]);
            }

            var passed = new Decision(otherwise, Tier.Baseline, [rule.Reference]);
            return match == Match.Unknown && otherwise ? Baseline(i + 1) : passed;
        }

        return new Decision(otherwise, null, []);
    }
}
