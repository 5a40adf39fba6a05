namespace Overlay.Lab.ApiServer.Cel;

/// <summary>How Kubernetes writes property names that CEL cannot: <c>__dash__</c> for '-', <c>__in__</c> for reserved words.</summary>
internal static class Identifiers
{
    private static readonly HashSet<string> Reserved = new(
        ["true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package", "namespace", "return", "var", "void", "while"],
        StringComparer.Ordinal);

    public static string Unescape(string name)
    {
        if (!name.Contains("__", StringComparison.Ordinal))
            return name;
        if (name.StartsWith("__", StringComparison.Ordinal) && name.EndsWith("__", StringComparison.Ordinal) && name.Length > 4 && Reserved.Contains(name[2..^2]))
            return name[2..^2];
        return name.Replace("__underscores__", "__", StringComparison.Ordinal).Replace("__dot__", ".", StringComparison.Ordinal)
            .Replace("__dash__", "-", StringComparison.Ordinal).Replace("__slash__", "/", StringComparison.Ordinal);
    }
}
