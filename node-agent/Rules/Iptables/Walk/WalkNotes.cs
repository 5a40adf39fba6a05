using Overlay.NodeAgent.Rules.Walk;

namespace Overlay.NodeAgent.Rules.Iptables.Walk;

/// <summary>What is kept of a packet's way: the chains, what was counted, and which rule decided.</summary>
internal sealed class WalkNotes
{
    private readonly List<string> chains = [];
    private readonly List<string> counters = [];
    private readonly List<SavedRule> misses = [];
    private (SavedRule Rule, bool Allowed)? settled;
    private SavedRule? ended;
    private DecidingRule ending = new("no rule", "nothing stops it", null, 0, 0);

    /// <summary>A chain is entered; of a hook's first the table is told, too.</summary>
    internal void Enter(string table, string chain, bool isFirst) => chains.Add(isFirst ? $"{table} {chain}" : chain);

    /// <summary>A rule matches.</summary>
    internal void Count(SavedRule rule)
    {
        if (rule.Comment?.Split(':', 2) is [var name, _] && SavedCounters.Names.Contains(name))
        {
            counters.Add(name);
        }
    }

    /// <summary>A rule that leads on or ends the way does not match.</summary>
    internal void Miss(SavedRule rule) => misses.Add(rule);

    /// <summary>A rule leads to another chain.</summary>
    internal void Lead(SavedRule rule)
    {
        ending = new DecidingRule($"the end of {rule.Table} {rule.Target}", "nothing there stops it", null, 0, 0);
        if (OutcomeChains.Of(rule.Target) is { } allowed)
        {
            settled = (rule, allowed);
        }
    }

    /// <summary>A rule ends the way through its hook.</summary>
    internal void End(SavedRule rule) => ended = rule;

    /// <summary>Packets do not come to our chains.</summary>
    internal void Unhooked(Hook hook) => ending = new DecidingRule($"{hook.Table} {hook.Chain}", $"no rule there leads to {hook.Target}: nothing is judged", null, 0, 0);

    /// <summary>The whole.</summary>
    /// <param name="verdict">What became of it.</param>
    /// <param name="elementOf">In which element a rule's set found it; null: it asks none.</param>
    internal WalkResult Result(string verdict, Func<SavedRule, string?> elementOf)
    {
        var rule = settled is var (found, allowed) && allowed == (verdict == "accept") ? found : ended;
        var tried = rule is null || verdict == "accept" ? [] : misses.Where(miss => OutcomeChains.Of(miss.Target) == true && IsBeside(miss, rule)).Select(miss => miss.Text);
        return new WalkResult(verdict, [.. chains], [.. counters.Distinct()], rule is null ? null : elementOf(rule), [.. tried.Distinct()])
        {
            Rule = rule is null ? ending : new DecidingRule(rule.Place, rule.Text, rule.Comment, rule.Packets, rule.Bytes),
        };
    }

    /// <summary>Chains of one workload's judgement continue each other's names.</summary>
    private static bool IsBeside(SavedRule miss, SavedRule rule) =>
        miss.Table == rule.Table && (miss.Chain.StartsWith(rule.Chain, StringComparison.Ordinal) || rule.Chain.StartsWith(miss.Chain, StringComparison.Ordinal));
}
