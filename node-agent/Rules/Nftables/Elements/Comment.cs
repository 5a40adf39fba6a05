using System.Text;
using Overlay.Netlink.NfTables;

namespace Overlay.NodeAgent.Rules.Nftables;

/// <summary>Comments as both nft's text and the kernel take them.</summary>
internal static class Comment
{
    /// <summary>Cuts to the kernel's limit and leaves out what could end a quoted text.</summary>
    /// <param name="text">What to say.</param>
    internal static string? Of(string text)
    {
        var clean = new StringBuilder(text.Length);
        var bytes = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var kept = rune.Value is '"' or '\\' || Rune.IsControl(rune) ? new Rune('?') : rune;
            bytes += kept.Utf8SequenceLength;
            if (bytes > SetElement.MaximumCommentLength)
            {
                break;
            }

            clean.Append(kept);
        }

        return clean.Length == 0 ? null : clean.ToString();
    }
}
