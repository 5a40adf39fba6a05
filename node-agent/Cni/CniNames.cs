using System.Text;

namespace Overlay.NodeAgent.Cni;

/// <summary>Which names the spec takes. What passes here is safe in messages and keys; it never becomes part of a path.</summary>
internal static class CniNames
{
    /// <summary>The longest identifier we take; runtimes use 64 characters.</summary>
    private const int MaxIdentifier = 256;

    /// <summary>Container ids and network names: <c>[A-Za-z0-9][A-Za-z0-9_.-]*</c>.</summary>
    public static bool IsIdentifier(string text) =>
        text.Length is > 0 and <= MaxIdentifier
        && char.IsAsciiLetterOrDigit(text[0])
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-');

    /// <summary>Interface names as the kernel takes them (dev_valid_name, IFNAMSIZ 16 with its NUL).</summary>
    public static bool IsInterfaceName(string text) =>
        Encoding.UTF8.GetByteCount(text) is > 0 and <= 15
        && text is not ("." or "..")
        && !text.Any(c => c is '/' or ':' or '\0' || char.IsWhiteSpace(c));
}
