using System.Globalization;
using System.Text;

namespace Overlay.NodeAgent.Rules.Iptables;

/// <summary>Pieces of rules that recur. Pure.</summary>
internal static class Say
{
    /// <summary>xt_comment keeps 255 bytes and the end; the rest is for counters' names.</summary>
    private const int CommentLimit = 200;

    /// <summary>A comment; what would end the quotes or the line is replaced.</summary>
    internal static string Comment(string text) => $"-m comment --comment \"{Clean(text)}\"";

    /// <summary>A text that can stand between quotes, not too long to be kept.</summary>
    internal static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            clean.Append(c is >= ' ' and <= '~' and not ('"' or '\\') ? c : '_');
        }

        if (clean.Length > CommentLimit)
        {
            clean.Length = CommentLimit - 3;
            clean.Append("...");
        }

        return clean.ToString();
    }

    /// <summary>A rule's name in the node's counters, and what it counts.</summary>
    internal static string Count(string name, string what) => Comment($"{name}: {what}");

    /// <summary>Matches packets whose mark has these bits.</summary>
    internal static string Mark(uint value, uint mask) => $"-m mark --mark {Hex(value)}/{Hex(mask)}";

    /// <summary>Matches packets whose mark has not these bits.</summary>
    internal static string NotMark(uint value, uint mask) => $"-m mark ! --mark {Hex(value)}/{Hex(mask)}";

    /// <summary>Sets these bits of a packet's mark and leaves the others.</summary>
    internal static string SetMark(uint value, uint mask) => $"-j MARK --set-xmark {Hex(value)}/{Hex(mask)}";

    /// <summary>Goes to one of our chains for good: what returns from there, returns to the kernel's chain.</summary>
    internal static string Goto(string chain) => $"-g {Hook.Prefix}{chain}";

    /// <summary>Calls one of our chains, which only makes notes.</summary>
    internal static string Call(string chain) => $"-j {Hook.Prefix}{chain}";

    /// <summary>Joins what there is with blanks.</summary>
    internal static string Rule(params ReadOnlySpan<string> parts)
    {
        var rule = new StringBuilder();
        foreach (var part in parts)
        {
            if (part.Length > 0)
            {
                rule.Append(rule.Length > 0 ? " " : "").Append(part);
            }
        }

        return rule.ToString();
    }

    internal static string Hex(uint number) => string.Create(CultureInfo.InvariantCulture, $"0x{number:x}");
}
