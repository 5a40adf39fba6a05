using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Overlay.Policy;

namespace Overlay.Cli.Diff;

/// <summary>The difference for people, as diff writes it.</summary>
internal static class DiffText
{
    private const int Named = 3;

    /// <summary>One paragraph a pair, and a summary.</summary>
    public static string Of(ImmutableArray<ReachChange> changes)
    {
        if (changes.IsEmpty)
            return "no pair of pods gains or loses anything\n";
        var text = new StringBuilder();
        foreach (var change in changes)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Names(change.From)} -> {Names(change.To)}\n");
            foreach (var gained in change.Gained)
                text.Append(CultureInfo.InvariantCulture, $"  + {gained}\n");
            foreach (var lost in change.Lost)
                text.Append(CultureInfo.InvariantCulture, $"  - {lost}\n");
        }

        var (gain, lose) = (changes.Count(change => !change.Gained.IsEmpty), changes.Count(change => !change.Lost.IsEmpty));
        return text.Append(CultureInfo.InvariantCulture, $"\n{gain} pairs gain (+), {lose} lose (-)\n").ToString();
    }

    private static string Names(ImmutableArray<string> names) =>
        names.Length <= Named ? string.Join(", ", names) : $"{string.Join(", ", names.Take(Named - 1))} and {names.Length - Named + 1} more";
}
