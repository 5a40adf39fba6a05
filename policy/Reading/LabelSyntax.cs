namespace Overlay.Policy;

/// <summary>Kubernetes' syntax of label keys and values (apimachinery's IsQualifiedName, IsValidLabelValue).</summary>
internal static class LabelSyntax
{
    private const int LongestName = 63;
    private const int LongestPrefix = 253;

    /// <summary><c>name</c> or <c>prefix/name</c>: the prefix a lower-case DNS name of at most 253 characters.</summary>
    public static bool IsKey(string? key)
    {
        if (key is null)
        {
            return false;
        }

        var slash = key.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? IsName(key) : IsName(key.AsSpan(slash + 1)) && IsPrefix(key.AsSpan(0, slash));
    }

    /// <summary>Empty, or a name.</summary>
    public static bool IsValue(string? value) => value is not null && (value.Length == 0 || IsName(value));

    private static bool IsName(ReadOnlySpan<char> name)
    {
        if (name.Length is 0 or > LongestName || !char.IsAsciiLetterOrDigit(name[0]) || !char.IsAsciiLetterOrDigit(name[^1]))
        {
            return false;
        }

        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.'))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsPrefix(ReadOnlySpan<char> prefix)
    {
        if (prefix.Length is 0 or > LongestPrefix)
        {
            return false;
        }

        foreach (var range in prefix.Split('.'))
        {
            var part = prefix[range];
            if (part.Length is 0 or > LongestName || part[0] == '-' || part[^1] == '-')
            {
                return false;
            }

            foreach (var c in part)
            {
                if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-')
                {
                    return false;
                }
            }
        }

        return true;
    }
}
