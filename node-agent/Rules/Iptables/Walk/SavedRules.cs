using System.Collections.Immutable;
using System.Globalization;

namespace Overlay.NodeAgent.Rules.Iptables.Walk;

/// <summary>All rules that <c>iptables-save -c</c> printed of one family, ours and others'. Pure.</summary>
/// <param name="Chains">Each chain's rules in their order, by table and name.</param>
internal sealed record SavedRules(ImmutableDictionary<(string Table, string Chain), ImmutableArray<SavedRule>> Chains)
{
    /// <summary>Reads what it printed of any number of tables.</summary>
    internal static SavedRules Parse(IEnumerable<string> texts)
    {
        var chains = new Dictionary<(string, string), List<SavedRule>>();
        var table = "";
        foreach (var line in texts.SelectMany(text => text.Split('\n')).Select(line => line.TrimEnd()))
        {
            switch (line)
            {
                case ['*', .. var name]:
                    table = name;
                    break;
                case [':', .. var chain]:
                    chains.TryAdd((table, chain.Split(' ')[0]), []);
                    break;
                case ['[' or '-', ..]:
                    Add(chains, table, line);
                    break;
            }
        }

        return new SavedRules(chains.ToImmutableDictionary(chain => chain.Key, chain => chain.Value.ToImmutableArray()));
    }

    private static void Add(Dictionary<(string, string), List<SavedRule>> chains, string table, string line)
    {
        var (packets, bytes) = (0L, 0L);
        if (line[0] == '[' && line.IndexOf(']') is var end and > 0)
        {
            var counted = line[1..end].Split(':');
            (packets, bytes) = (Number(counted[0]), Number(counted[^1]));
            line = line[(end + 1)..].TrimStart();
        }

        if (line.Split(' ', 3) is ["-A", var chain, .. var rest])
        {
            if (!chains.TryGetValue((table, chain), out var rules))
            {
                chains[(table, chain)] = rules = [];
            }

            rules.Add(SavedRule.Of(table, chain, rules.Count + 1, string.Concat(rest), packets, bytes));
        }
    }

    private static long Number(string digits) => long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
