namespace Overlay.Api.Objects;

/// <summary>Makes equal texts one object where few texts are in many objects: label keys, namespaces. Remembers the last thousand or so. Thread-safe.</summary>
public static class Texts
{
    private static readonly string?[] Known = new string?[1024];

    /// <summary>The text, as the object that is in use for it.</summary>
    /// <param name="text">The text.</param>
    public static string Shared(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        ref var known = ref Known[(uint)text.GetHashCode(StringComparison.Ordinal) % Known.Length];
        var there = Volatile.Read(ref known);
        if (!string.Equals(there, text, StringComparison.Ordinal))
            Volatile.Write(ref known, there = text);
        return there!;
    }
}
