using System.Text;
using Overlay.Cni.Frames;

namespace Overlay.CniPlugin;

/// <summary>
/// Finds the top-level <c>cniVersion</c> of a network configuration, for the answers that the plugin gives without the agent.
/// A scan for one key, in place of a JSON parser that would cost half of the start-up time.
/// </summary>
internal static class AskedVersion
{
    /// <summary>The version asked for; the newest when there is none to be found.</summary>
    /// <param name="json">The configuration, possibly empty or not JSON at all.</param>
    public static string In(ReadOnlySpan<byte> json)
    {
        var depth = 0;
        var isKey = false;
        for (var i = 0; i < json.Length; i++)
        {
            switch (json[i])
            {
                case (byte)'{':
                    isKey = ++depth == 1;
                    break;
                case (byte)'[':
                    depth++;
                    break;
                case (byte)'}' or (byte)']':
                    depth--;
                    break;
                case (byte)',':
                    isKey = depth == 1;
                    break;
                case (byte)'"':
                    var text = StringAt(json, ref i);
                    if (isKey && text.SequenceEqual("cniVersion"u8))
                        return Value(json, i + 1);
                    isKey = false;
                    break;
            }
        }

        return Meeting.NewestVersion;
    }

    private static string Value(ReadOnlySpan<byte> json, int i)
    {
        while (i < json.Length && json[i] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)':')
            i++;
        if (i >= json.Length || json[i] != (byte)'"')
            return Meeting.NewestVersion;
        var text = StringAt(json, ref i);
        foreach (var b in text)
        {
            // It is printed again inside JSON: nothing that would need an escape.
            if (!char.IsAsciiLetterOrDigit((char)b) && b is not ((byte)'.' or (byte)'-' or (byte)'+'))
                return Meeting.NewestVersion;
        }

        return text.Length is 0 or > 32 ? Meeting.NewestVersion : Encoding.ASCII.GetString(text);
    }

    /// <summary>The characters of the string that opens at <paramref name="i"/>, which moves to its closing quote.</summary>
    private static ReadOnlySpan<byte> StringAt(ReadOnlySpan<byte> json, ref int i)
    {
        var start = ++i;
        while (i < json.Length && json[i] != (byte)'"')
            i += json[i] == (byte)'\\' ? 2 : 1;
        return json[start..Math.Min(i, json.Length)];
    }
}
