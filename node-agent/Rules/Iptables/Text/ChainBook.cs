using System.Collections.Immutable;

namespace Overlay.NodeAgent.Rules.Iptables;

/// <summary>Chains of one table while they are being written.</summary>
internal sealed class ChainBook
{
    private readonly SortedDictionary<string, List<string>> chains = new(StringComparer.Ordinal);

    /// <summary>A chain by its name without our prefix; there from now on.</summary>
    internal List<string> this[string name]
    {
        get
        {
            var full = Hook.Prefix + name;
            return chains.TryGetValue(full, out var chain) ? chain : chains[full] = [];
        }
    }

    /// <summary>The table.</summary>
    internal IptablesTable Close(string table) => new(table, chains.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value.ToImmutableArray(), StringComparer.Ordinal));
}
