using System.Collections.Immutable;

namespace Overlay.NodeAgent.Rules.Iptables;

/// <summary>What iptables-save says of one table, as far as it concerns us. Pure.</summary>
/// <param name="Chains">Our chains with their rules, as the kernel has them.</param>
/// <param name="Hooks">Of the kernel's own chains: where among their rules our jumps stand.</param>
internal sealed record SavedTable(ImmutableDictionary<string, ImmutableArray<string>> Chains, ImmutableDictionary<string, ImmutableArray<int>> Hooks)
{
    /// <summary>A table without anything of ours.</summary>
    internal static readonly SavedTable Empty = new(ImmutableDictionary<string, ImmutableArray<string>>.Empty, ImmutableDictionary<string, ImmutableArray<int>>.Empty);

    /// <summary>Reads what <c>iptables-save -t TABLE</c> printed.</summary>
    internal static SavedTable Parse(string table, string text)
    {
        var hooks = Hook.All.Where(hook => hook.Table == table).ToDictionary(hook => hook.Chain, StringComparer.Ordinal);
        var chains = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        var jumps = new Dictionary<string, List<int>>(StringComparer.Ordinal);
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
                }
                else if (hooks.TryGetValue(chain, out var hook))
                {
                    counts[chain] = counts.GetValueOrDefault(chain) + 1;
                    if (rule == hook.Rule)
                    {
                        (jumps.TryGetValue(chain, out var found) ? found : jumps[chain] = []).Add(counts[chain] - 1);
                    }
                }
            }
        }

        return new SavedTable(
            chains.ToImmutableDictionary(pair => pair.Key, pair => pair.Value.ToImmutableArray(), StringComparer.Ordinal),
            jumps.ToImmutableDictionary(pair => pair.Key, pair => pair.Value.ToImmutableArray(), StringComparer.Ordinal)
        );
    }

    /// <summary>Our jump is there once and first.</summary>
    internal bool IsHooked(Hook hook) => Hooks.TryGetValue(hook.Chain, out var places) && places is [0];
}
