using System.Collections.Immutable;

namespace Overlay.NodeAgent.Rules.Iptables;

/// <summary>What iptables-save says of one table, as far as it concerns us. Pure.</summary>
/// <param name="Chains">Our chains with their rules, as the kernel has them.</param>
/// <param name="Jumps">The rules of others' chains that lead to ours.</param>
internal sealed record SavedTable(ImmutableDictionary<string, ImmutableArray<string>> Chains, ImmutableArray<SavedTable.Jump> Jumps)
{
    /// <summary>A table without anything of ours.</summary>
    internal static readonly SavedTable Empty = new(ImmutableDictionary<string, ImmutableArray<string>>.Empty, []);

    /// <summary>Reads what <c>iptables-save -t TABLE</c> printed.</summary>
    internal static SavedTable Parse(string text)
    {
        var chains = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        var jumps = ImmutableArray.CreateBuilder<Jump>();
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n'))
        {
            var words = line.TrimEnd().Split(' ', 3);
            if (words[0].StartsWith($":{Hook.Prefix}", StringComparison.Ordinal))
            {
                chains.TryAdd(words[0][1..], []);
            }
            else if (words is ["-A", var chain, var rule])
            {
                if (chain.StartsWith(Hook.Prefix, StringComparison.Ordinal) && chains.TryGetValue(chain, out var rules))
                {
                    rules.Add(rule);
                    continue;
                }

                var place = counts[chain] = counts.GetValueOrDefault(chain, -1) + 1;
                if (LeadsToOurs(rule))
                {
                    jumps.Add(new Jump(chain, rule, place));
                }
            }
        }

        return new SavedTable(chains.ToImmutableDictionary(pair => pair.Key, pair => pair.Value.ToImmutableArray(), StringComparer.Ordinal), jumps.ToImmutable());
    }

    /// <summary>Our jump is there once, and first if it must be.</summary>
    internal bool IsHooked(Hook hook) => Jumps.Where(jump => jump.Chain == hook.Chain).ToList() is [var only] && only.Rule == hook.Rule && (only.Place == 0 || !hook.IsFirst);

    /// <summary>Jumps that are not where they must be: moved by others, or of another version of these rules.</summary>
    /// <param name="table">This table's name.</param>
    internal IEnumerable<Jump> Strays(string table)
    {
        var hooked = Hook.All.Where(hook => hook.Table == table && IsHooked(hook)).Select(hook => hook.Chain).ToHashSet(StringComparer.Ordinal);
        return Jumps.Where(jump => !hooked.Contains(jump.Chain));
    }

    private static bool LeadsToOurs(string rule) => rule.Split(' ') is [.., "-j" or "-g", var target] && target.StartsWith(Hook.Prefix, StringComparison.Ordinal);

    /// <summary>A rule that leads to one of our chains.</summary>
    /// <param name="Chain">The chain it is in.</param>
    /// <param name="Rule">The rule.</param>
    /// <param name="Place">How many rules of the chain come before it.</param>
    internal sealed record Jump(string Chain, string Rule, int Place);
}
