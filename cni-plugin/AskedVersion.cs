using System.Text;
using Overlay.Cni.Frames;

namespace Overlay.CniPlugin;

/// <summary>The <c>cniVersion</c> of a network configuration, for the answers that the plugin gives without the agent.</summary>
internal static class AskedVersion
{
    /// <summary>The version asked for; the newest when there is none to be found.</summary>
    /// <param name="json">The configuration, possibly empty or not JSON at all.</param>
    public static string In(ReadOnlySpan<byte> json)
    {
        var text = TopLevelText.Find(json, "cniVersion"u8);
        foreach (var b in text)
        {
            // It is printed again inside JSON: nothing that would need an escape.
            if (!char.IsAsciiLetterOrDigit((char)b) && b is not ((byte)'.' or (byte)'-' or (byte)'+'))
                return Meeting.NewestVersion;
        }

        return text.Length is 0 or > 32 ? Meeting.NewestVersion : Encoding.ASCII.GetString(text);
    }
}
