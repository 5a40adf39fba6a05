using System.Collections.Immutable;

namespace Overlay.Policy;

/// <summary>Walks the tiers with whole sets of ports at a time: what is allowed to a peer of which it is known, or partly known, which rules mean it.</summary>
/// <remarks>
/// A rule that may mean the peer or not (Unknown: a label that decides is not recorded) counts in whatever way allows less: it grants nothing, it denies,
/// and a Pass gives only what is allowed both by passing and by going on.
/// </remarks>
/// <param name="tiers">The rules.</param>
/// <param name="means">Whether a rule means the peer, by what it is; addresses are left out.</param>
/// <param name="ports">A rule's ports at this destination.</param>
/// <param name="otherwise">Whether what no rule decides is allowed.</param>
internal readonly struct TierWalk(TierRules tiers, Func<PolicyRule, Match> means, Func<PolicyRule, ImmutableArray<PortEntry>> ports, bool otherwise)
{
    /// <summary>What is allowed.</summary>
    public Rights Walk()
    {
        if (tiers.Admin.IsEmpty)
        {
            return Namespaced(PortEntries.Everything);
        }

        var firm = new List<PortEntry>();
        var rest = Admin(0, PortEntries.Everything, firm);
        return rest with { Firm = PortEntries.Normalize(firm) };
    }

    /// <summary>The rest of the Admin tier, on some ports. What it accepts goes to <paramref name="firm"/>; what it leaves to others is the result.</summary>
    private Rights Admin(int from, ImmutableArray<PortEntry> region, List<PortEntry> firm)
    {
        var later = new Rights([], [], []);
        for (var i = from; i < tiers.Admin.Length && !region.IsEmpty; i++)
        {
            var rule = tiers.Admin[i];
            var match = means(rule);
            if (match == Match.No || (match == Match.Unknown && rule.Effect == RuleEffect.Allow))
            {
                continue;
            }

            var asked = ports(rule);
            if (rule.Effect == RuleEffect.Allow)
            {
                // The reasons of the accepted ports are the rule's: what it intersects says nothing.
                firm.AddRange(PortEntries.Intersect(region, asked));
            }
            else if (rule.Effect == RuleEffect.Pass)
            {
                var hit = PortEntries.WithoutReasons(PortEntries.Intersect(region, asked));
                later = Join(later, match == Match.Yes ? Namespaced(hit) : Both(i + 1, hit));
            }

            region = PortEntries.Except(region, asked);
        }

        return region.IsEmpty ? later : Join(later, Namespaced(region));
    }

    /// <summary>A Pass that may mean the peer or not: only what both ways allow.</summary>
    private Rights Both(int next, ImmutableArray<PortEntry> region)
    {
        var accepted = new List<PortEntry>();
        var onward = Admin(next, region, accepted);
        var passed = Namespaced(region);
        var accept = PortEntries.Normalize(accepted);
        return new Rights(
            [],
            PortEntries.Intersect(passed.Plain, PortEntries.Union(onward.Plain, accept)),
            PortEntries.Intersect(passed.Conditional, PortEntries.Union(onward.Conditional, accept))
        );
    }

    private Rights Namespaced(ImmutableArray<PortEntry> region)
    {
        if (!tiers.Isolated)
        {
            return new Rights([], Baseline(0, region), []);
        }

        var allowed = new List<PortEntry>();
        var denied = new List<PortEntry>();
        foreach (var rule in tiers.Namespaced)
        {
            var match = means(rule);
            if (rule.Effect == RuleEffect.Deny ? match != Match.No : match == Match.Yes)
            {
                (rule.Effect == RuleEffect.Deny ? denied : allowed).AddRange(ports(rule));
            }
        }

        var left = PortEntries.Except(region, PortEntries.Normalize(denied));
        return new Rights([], PortEntries.Intersect(left, PortEntries.Normalize(allowed)), left);
    }

    private ImmutableArray<PortEntry> Baseline(int from, ImmutableArray<PortEntry> region)
    {
        var allowed = new List<PortEntry>();
        for (var i = from; i < tiers.Baseline.Length && !region.IsEmpty; i++)
        {
            var rule = tiers.Baseline[i];
            var match = means(rule);
            if (match == Match.No || (match == Match.Unknown && rule.Effect == RuleEffect.Allow))
            {
                continue;
            }

            var hit = PortEntries.Intersect(region, ports(rule));
            region = PortEntries.Except(region, ports(rule));
            if (rule.Effect == RuleEffect.Allow)
            {
                allowed.AddRange(hit);
            }
            else if (rule.Effect == RuleEffect.Pass && otherwise)
            {
                allowed.AddRange(match == Match.Yes ? hit : PortEntries.Intersect(hit, Baseline(i + 1, PortEntries.WithoutReasons(hit))));
            }
        }

        if (otherwise)
        {
            allowed.AddRange(region);
        }

        return PortEntries.Normalize(allowed);
    }

    private static Rights Join(Rights left, Rights right) =>
        new([], PortEntries.Union(left.Plain, right.Plain), PortEntries.Union(left.Conditional, right.Conditional));
}
