using System.Text.RegularExpressions;

namespace Overlay.Cli.Bundle;

/// <summary>Blots out what looks like a credential, wherever it stands: logs are others' text. Pure.</summary>
internal static partial class Redaction
{
    private const string Blot = "[redacted]";

    /// <summary>The text without.</summary>
    public static string Of(string text) => KeyBlock().Replace(Named().Replace(Token().Replace(text, Blot), "${name}" + Blot), Blot);

    /// <summary>A JSON web token: header, payload and signature in base64url (RFC 7519).</summary>
    [GeneratedRegex(@"\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 2000)]
    private static partial Regex Token();

    /// <summary>Something with a telling name before it.</summary>
    [GeneratedRegex("""(?<name>\b(bearer\s+|(token|password|passwd|secret|authorization|client-key-data)["']?\s*[:=]\s*["']?(bearer\s+)?))[^\s"',;]{4,}""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 2000)]
    private static partial Regex Named();

    [GeneratedRegex("-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|$)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Singleline, 2000)]
    private static partial Regex KeyBlock();
}
