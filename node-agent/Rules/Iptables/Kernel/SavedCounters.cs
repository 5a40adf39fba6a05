using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Overlay.NodeAgent.Rules.Iptables;

/// <summary>The counters of rules whose comment begins with a counter's name (<see cref="Say.Count"/>). Pure.</summary>
internal static partial class SavedCounters
{
    /// <summary>The names, as the nftables backend has them.</summary>
    internal static readonly ImmutableArray<string> Names =
    [
        "spoofed", "advertised", "forged", "strayed", "sent", "arrived", "encapsulated", "vouched", "unvouched", "allowed", "denied",
        "answers_denied", "left", "exits_denied", "turned_away",
    ];

    /// <summary>Sums what <c>iptables-save -c</c> printed of any number of tables.</summary>
    internal static IReadOnlyList<RuleCounter> Of(IEnumerable<string> texts)
    {
        var sums = Names.ToDictionary(name => name, _ => (Packets: 0L, Bytes: 0L), StringComparer.Ordinal);
        foreach (var line in texts.SelectMany(text => text.Split('\n')))
        {
            if (Counted().Match(line) is { Success: true } match && sums.TryGetValue(match.Groups["name"].Value, out var sum))
            {
                sums[match.Groups["name"].Value] = (sum.Packets + Number(match.Groups["packets"]), sum.Bytes + Number(match.Groups["bytes"]));
            }
        }

        return [.. Names.Select(name => new RuleCounter(name, sums[name].Packets, sums[name].Bytes))];
    }

    private static long Number(Group digits) => long.Parse(digits.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex("""^\[(?<packets>\d+):(?<bytes>\d+)\] -A OVERLAY-\S+ .*--comment "(?<name>[a-z_]+): """, RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Counted();
}
