using System.Text;
using Overlay.Cni.Frames;
using Overlay.CniPlugin.Native;

namespace Overlay.CniPlugin;

/// <summary>The answers that the plugin gives by itself. Only JSON of the spec ever reaches stdout.</summary>
internal static class Answers
{
    private const int StandardOutput = 1;

    /// <summary>Prints the agent's answer; the exit code becomes 1 when stdout does not take it.</summary>
    public static int Print(ReadOnlySpan<byte> bytes, int exitCode) => Descriptor.WriteAll(StandardOutput, bytes) ? exitCode : 1;

    /// <summary>Prints the answer to VERSION.</summary>
    /// <param name="cniVersion">The version asked for.</param>
    public static int Version(string cniVersion) =>
        Print(
            Encoding.UTF8.GetBytes($$"""{"cniVersion":"{{cniVersion}}","supportedVersions":[{{Meeting.SupportedVersions}}]}""" + "\n"),
            0
        );

    /// <summary>Prints an error object and answers exit code 1.</summary>
    /// <param name="cniVersion">The version asked for.</param>
    /// <param name="code">The spec's error code.</param>
    /// <param name="message">What failed.</param>
    /// <param name="details">What to do about it.</param>
    public static int Error(string cniVersion, int code, string message, string details) =>
        Print(
            Encoding.UTF8.GetBytes(
                $$"""{"cniVersion":"{{cniVersion}}","code":{{code}},"msg":"{{Escape(message)}}","details":"{{Escape(details)}}"}""" + "\n"
            ),
            1
        );

    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var c in text)
            escaped.Append(c is '"' or '\\' ? "\\" : "").Append(c < ' ' ? ' ' : c);
        return escaped.ToString();
    }
}
