using System.Collections.Immutable;

namespace Overlay.NodeAgent.Rules.Iptables.Walk;

/// <summary>One rule that the kernel has, as iptables-save prints it.</summary>
/// <param name="Table">Its table.</param>
/// <param name="Chain">Its chain.</param>
/// <param name="Number">Which of the chain's, from 1.</param>
/// <param name="Text">What stands after the chain's name.</param>
/// <param name="Packets">Packets that it matched.</param>
/// <param name="Bytes">Their bytes.</param>
internal sealed record SavedRule(string Table, string Chain, int Number, string Text, long Packets, long Bytes)
{
    /// <summary>What a packet must have; all of it.</summary>
    internal ImmutableArray<RuleOption> Matches { get; private init; } = [];

    /// <summary>What is done with it, or the chain it goes to; empty: it is counted only.</summary>
    internal string Target { get; private init; } = "";

    /// <summary>Whether it does not come back from there to this chain.</summary>
    internal bool IsGoto { get; private init; }

    /// <summary>What follows the target.</summary>
    internal ImmutableArray<RuleOption> TargetOptions { get; private init; } = [];

    /// <summary>Its comment; null: it has none.</summary>
    internal string? Comment => Matches.FirstOrDefault(match => match is { Module: "comment", Name: "--comment" })?.Value;

    /// <summary>Where it is, for people.</summary>
    internal string Place => $"rule {Number} of {Table} {Chain}";

    /// <summary>Reads one.</summary>
    internal static SavedRule Of(string table, string chain, int number, string text, long packets, long bytes)
    {
        var words = RuleWords.Of(text);
        var at = words.FindIndex(word => word is { Quoted: false, Text: "-j" or "-g" });
        var end = at < 0 ? words.Count : at;
        return new SavedRule(table, chain, number, text, packets, bytes)
        {
            Matches = Options(words, 0, end),
            Target = end + 1 < words.Count ? words[end + 1].Text : "",
            IsGoto = at >= 0 && words[at].Text == "-g",
            TargetOptions = Options(words, end + 2, words.Count),
        };
    }

    private static ImmutableArray<RuleOption> Options(List<(string Text, bool Quoted)> words, int start, int end)
    {
        var options = ImmutableArray.CreateBuilder<RuleOption>();
        var (module, not) = ("", false);
        for (var at = start; at < end; at++)
        {
            var name = words[at].Text;
            if (name == "!")
            {
                not = true;
                continue;
            }

            var values = new List<string>();
            while (at + 1 < end && (!IsOption(words[at + 1]) || (name == "--comment" && values.Count == 0)))
            {
                values.Add(words[++at].Text);
            }

            if (name == "-m")
            {
                module = string.Concat(values.Take(1));
                options.Add(new RuleOption(module, "", false, []));
            }
            else
            {
                options.Add(new RuleOption(name.StartsWith("--", StringComparison.Ordinal) ? module : "", name, not, [.. values]));
            }

            not = false;
        }

        return options.ToImmutable();
    }

    private static bool IsOption((string Text, bool Quoted) word) => !word.Quoted && (word.Text == "!" || word.Text.StartsWith('-'));
}
