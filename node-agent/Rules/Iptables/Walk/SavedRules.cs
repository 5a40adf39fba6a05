using System.Collections.Immutable;
using System.Globalization;

namespace Overlay.NodeAgent.Rules.Iptables.Walk;

/// <summary>All rules that <c>iptables-save -c</c> printed of one family, ours and others'. A chain's are read when they are asked for: a packet meets few of many. Pure.</summary>
internal sealed class SavedRules
{
    private readonly Dictionary<(string Table, string Chain), List<string>> chains = [];

    private SavedRules() { }

    /// <summary>Takes what it printed of any number of tables.</summary>
    internal static SavedRules Parse(IEnumerable<string> texts)
    {
        var saved = new SavedRules();
        var table = "";
        foreach (var line in texts.SelectMany(text => text.Split('\n')).Select(line => line.TrimEnd()))
        {
            switch (line)
            {
                case ['*', .. var name]:
                    table = name;
                    break;
                case [':', .. var chain]:
                    saved.chains.TryAdd((table, chain.Split(' ')[0]), []);
                    break;
                case ['[' or '-', ..]:
                    saved.Add(table, line);
                    break;
            }
        }

        return saved;
    }

    /// <summary>Whether a chain is there.</summary>
    internal bool Has(string table, string chain) => chains.ContainsKey((table, chain));

    /// <summary>A chain's rules in their order; none where it is not there.</summary>
    internal ImmutableArray<SavedRule> Of(string table, string chain) =>
        chains.TryGetValue((table, chain), out var lines) ? [.. lines.Select((line, i) => Read(table, chain, i + 1, line))] : [];

    private void Add(string table, string line)
    {
        if (Rest(line).Split(' ', 3) is not ["-A", var chain, ..])
        {
            return;
        }

        if (!chains.TryGetValue((table, chain), out var lines))
        {
            chains[(table, chain)] = lines = [];
        }

        lines.Add(line);
    }

    private static SavedRule Read(string table, string chain, int number, string line)
    {
        var rest = Rest(line);
        var counted = line.Length > rest.Length ? line[1..line.IndexOf(']', StringComparison.Ordinal)].Split(':') : ["0"];
        return SavedRule.Of(table, chain, number, string.Concat(rest.Split(' ', 3).Skip(2)), Number(counted[0]), Number(counted[^1]));
    }

    /// <summary>What stands after the counters, if there are any.</summary>
    private static string Rest(string line) => line[0] == '[' ? line[(line.IndexOf(']', StringComparison.Ordinal) + 1)..].TrimStart() : line;

    private static long Number(string digits) => long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
