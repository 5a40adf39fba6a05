using System.Collections.Immutable;

namespace Overlay.NodeAgent.Rules.Iptables;

/// <summary>One table of one family, with what we know of it. No I/O.</summary>
/// <param name="name">The table's name.</param>
internal sealed class KeptTable(string name)
{
    /// <summary>Chains of which we know that the kernel has them as they were written: the text that was written.</summary>
    private readonly Dictionary<string, ImmutableArray<string>> written = new(StringComparer.Ordinal);

    /// <summary>The same chains as the kernel prints them; a chain that was written since the last reading is not here.</summary>
    private readonly Dictionary<string, ImmutableArray<string>> printed = new(StringComparer.Ordinal);

    /// <summary>The table's name.</summary>
    internal string Name => name;

    /// <summary>What the kernel has: as it was read, or as it was written since.</summary>
    internal SavedTable Found { get; private set; } = SavedTable.Empty;

    /// <summary>What told apart the table's state when it was read; null: it must be read.</summary>
    internal ulong? Stamp { get; private set; }

    /// <summary>Hooked, and all chains as they were written.</summary>
    internal bool IsIntact => written.Count > 0 && Hook.All.Where(hook => hook.Table == name).All(Found.IsHooked);

    /// <summary>Takes note of what was read; chains that others changed count as not written.</summary>
    /// <param name="now">What the kernel has.</param>
    /// <param name="stamp">What tells this state apart, taken before it was read; null: nothing does.</param>
    internal void Take(SavedTable now, ulong? stamp)
    {
        (Found, Stamp) = (now, stamp);
        foreach (var (chain, text) in written.ToList())
        {
            // What was just written is not printed as it was written. It has as many rules.
            if (now.Chains.TryGetValue(chain, out var rules) && (printed.TryGetValue(chain, out var then) ? then.AsSpan().SequenceEqual(rules.AsSpan()) : rules.Length == text.Length))
            {
                printed[chain] = rules;
            }
            else
            {
                written.Remove(chain);
                printed.Remove(chain);
            }
        }
    }

    /// <summary>What must be written.</summary>
    /// <param name="wanted">What the table must say.</param>
    /// <param name="hooked">Whether packets shall come to our chains; if not, the jumps stay as they are.</param>
    internal TablePlan PlanOf(IptablesTable wanted, bool hooked) => TablePlan.Between(wanted, written, Found, hooked);

    /// <summary>Takes note of what was written.</summary>
    internal void Wrote(TablePlan plan)
    {
        foreach (var (chain, rules) in plan.Write)
        {
            written[chain] = rules;
            printed.Remove(chain);
        }

        foreach (var chain in plan.Remove)
        {
            written.Remove(chain);
            printed.Remove(chain);
        }

        Found = new SavedTable(
            Found.Chains.SetItems(plan.Write).RemoveRange(plan.Remove),
            [.. Found.Jumps.Except(plan.Unhook), .. plan.Hooks.Select(hook => new SavedTable.Jump(hook.Chain, hook.Rule, 0))]
        );
        Stamp = null;
    }

    /// <summary>After a start: chains that somebody wrote from this very text, and nobody changed since, need not be written again.</summary>
    /// <param name="wanted">What the table must say.</param>
    /// <param name="print">The fingerprints (<see cref="LoadPrint"/>) that the kernel keeps.</param>
    internal void Recognize(IptablesTable wanted, string? print)
    {
        if (written.Count == 0 && print == LoadPrint.Of(wanted, Found))
        {
            foreach (var (chain, rules) in wanted.Chains)
            {
                (written[chain], printed[chain]) = (rules, Found.Chains[chain]);
            }
        }
    }

    /// <summary>The fingerprints of what the kernel has; null while that is not known in the kernel's own words.</summary>
    internal string? PrintOf(IptablesTable wanted) =>
        PlanOf(wanted, hooked: false).IsEmpty && wanted.Chains.Keys.All(printed.ContainsKey) ? LoadPrint.Of(wanted, Found) : null;
}
