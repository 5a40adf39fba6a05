using Overlay.NodeAgent.Rules.Walk;

namespace Overlay.NodeAgent.Rules.Iptables.Walk;

/// <summary>
/// Takes a packet that nobody sends through the chains that the kernel has, as it would, from where it comes in to where it goes out: what it finds does not
/// depend on what the agent believes to have written, so a rule that somebody added by hand counts here as it does for packets. Of others' rules it follows
/// those that come before ours. Changes nothing. One walk for each object.
/// </summary>
/// <param name="rules">The rules as iptables-save prints them.</param>
/// <param name="sets">The ipsets.</param>
/// <param name="tried">The packet.</param>
internal sealed class IptablesWalk(SavedRules rules, ISetMembers sets, TriedPacket tried)
{
    /// <summary>Where a forwarded packet meets chains of ours; those of nat change what decides nothing.</summary>
    private static readonly Hook[] Way = [new("raw", "PREROUTING"), new("mangle", "FORWARD"), new("filter", "FORWARD"), new("mangle", "POSTROUTING")];

    private static readonly Hook Judging = Way[1];

    private readonly WalkNotes notes = new();
    private readonly WalkedPacket packet = new(tried);
    private bool passedOurs;

    /// <summary>Walks. Who gets to the end is let through: what others' rules after ours say is theirs.</summary>
    /// <exception cref="WalkException">A rule on the way is not understood.</exception>
    internal WalkResult Walk()
    {
        foreach (var hook in Way)
        {
            if (!IsHooked(hook))
            {
                if (hook == Judging)
                {
                    notes.Unhooked(hook);
                }

                continue;
            }

            passedOurs = false;
            var verdict = Pass(hook, hook.Chain, isFirst: true);
            if (verdict is "drop" or "reject")
            {
                return notes.Result(verdict, ElementOf);
            }
        }

        return notes.Result("accept", ElementOf);
    }

    private bool IsHooked(Hook hook) => rules.Of(hook.Table, hook.Chain).Any(rule => rule.Target == hook.Target);

    /// <returns>The verdict; null: the end was reached, or RETURN.</returns>
    private string? Pass(Hook hook, string chain, bool isFirst = false)
    {
        notes.Enter(hook.Table, chain, isFirst);
        foreach (var rule in rules.Of(hook.Table, chain))
        {
            if (isFirst && passedOurs)
            {
                return null;
            }

            var matches = new PacketMatch(packet, sets).Holds(rule);
            if (matches is null && !MarkTarget.IsAside(rule))
            {
                throw new WalkException($"'{rule.Text}', {rule.Place},");
            }

            if (matches != true)
            {
                notes.Miss(rule);
                continue;
            }

            notes.Count(rule);
            if (Follow(hook, rule) is var (verdict, isOver) && isOver)
            {
                return verdict;
            }
        }

        return null;
    }

    /// <returns>The verdict if there is one, and whether the chain that the rule is in is left.</returns>
    private (string? Verdict, bool IsOver) Follow(Hook hook, SavedRule rule)
    {
        switch (rule.Target)
        {
            case "ACCEPT" or "DROP" or "REJECT":
                if (rule.Target != "ACCEPT" || hook == Judging)
                {
                    notes.End(rule);
                }

                return (rule.Target.ToLowerInvariant(), true);
            case "RETURN":
                if (hook == Judging)
                {
                    notes.End(rule);
                }

                return (null, true);
            case var chain when rules.Has(hook.Table, chain):
                if (hook == Judging)
                {
                    notes.Lead(rule);
                }

                var verdict = Pass(hook, chain);
                passedOurs |= rule.Chain == hook.Chain && chain == hook.Target;
                return (verdict, verdict is not null || rule.IsGoto);
            default:
                new MarkTarget(packet, sets).Apply(rule);
                return (null, false);
        }
    }

    private string? ElementOf(SavedRule rule)
    {
        foreach (var option in rule.Matches.Where(option => option is { Module: "set", Name: "--match-set", Not: false }))
        {
            if (SetKey.Of(option, packet) is { } key && sets.Element(key.Set, key.Address, key.Device) is { } element)
            {
                return SetKey.Text(key.Set, element);
            }
        }

        return null;
    }
}
