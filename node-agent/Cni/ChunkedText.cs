namespace Overlay.NodeAgent.Cni;

/// <summary>Text in groups of equal length, as hardware addresses are written.</summary>
internal static class ChunkedText
{
    /// <summary><c>aabbcc</c>, 2, ':' gives <c>aa:bb:cc</c>.</summary>
    public static string Chunked(this string text, int size, char separator) =>
        string.Join(separator, text.Chunk(size).Select(chunk => new string(chunk)));
}
