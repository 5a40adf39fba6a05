namespace Overlay.Conformance.Tests;

/// <summary>A few cases that stand for all: every suite, every family that a case is about, everything that a case can require.</summary>
internal static class Spread
{
    /// <summary>Chooses.</summary>
    /// <param name="all">All cases.</param>
    /// <param name="least">How many at least.</param>
    public static IReadOnlyList<AskedCase> Of(IReadOnlyList<AskedCase> all, int least)
    {
        // The cheapest first: what a case of one step shows need not be shown by one of five.
        var candidates = all.OrderBy(a => a.Case.Steps.Length).ThenBy(a => a.Suite, StringComparer.Ordinal).ThenBy(a => a.Case.Id, StringComparer.Ordinal).ToList();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var chosen = candidates.Where(a => TraitsOf(a).Where(seen.Add).ToList() is not []).ToHashSet();
        var rest = candidates.Where(a => !chosen.Contains(a)).ToList();
        for (var missing = least - chosen.Count; missing > 0; missing--)
            chosen.Add(rest[missing * (rest.Count / least)]);
        return [.. all.Where(chosen.Contains)];
    }

    /// <summary>What a case stands for.</summary>
    public static IEnumerable<string> TraitsOf(AskedCase asked) =>
    [
        $"suite {asked.Suite}",
        .. asked.Case.Focus.Select(f => $"family {f}"),
        .. asked.Case.Requires.Select(r => $"requires {r}"),
        .. asked.Case.Steps.SelectMany(s => s.Actions).Select(a => a.GetType().Name),
        $"addressing {asked.Case.Addressing}",
        $"deny {asked.Case.DenyMode}",
    ];
}
