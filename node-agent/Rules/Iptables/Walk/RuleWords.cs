using System.Text;

namespace Overlay.NodeAgent.Rules.Iptables.Walk;

/// <summary>The words of a rule as iptables-save prints it: parted by blanks, quoted where a word has some. Pure.</summary>
internal static class RuleWords
{
    /// <summary>Reads them; a word that was quoted is no option, whatever it begins with.</summary>
    internal static List<(string Text, bool Quoted)> Of(string rule)
    {
        var words = new List<(string, bool)>();
        for (var at = 0; at < rule.Length; at++)
        {
            if (rule[at] == ' ')
            {
                continue;
            }

            var word = new StringBuilder();
            var quoted = rule[at] == '"';
            for (at += quoted ? 1 : 0; at < rule.Length && rule[at] != (quoted ? '"' : ' '); at++)
            {
                // Within quotes iptables-save puts a backslash before quotes, apostrophes and backslashes.
                at += quoted && rule[at] == '\\' && at + 1 < rule.Length ? 1 : 0;
                word.Append(rule[at]);
            }

            words.Add((word.ToString(), quoted));
        }

        return words;
    }
}
