using System.Collections.Immutable;

namespace Overlay.Api.Objects;

/// <summary>Makes equal parts of objects one object where few of them are in many: label keys, namespaces, the labels of a workload's pods. Remembers some thousand. Thread-safe.</summary>
public static class Texts
{
    private static readonly string?[] Known = new string?[1024];
    private static readonly ImmutableSortedDictionary<string, string>?[] KnownLabels = new ImmutableSortedDictionary<string, string>?[4096];

    /// <summary>The text, as the object that is in use for it.</summary>
    /// <param name="text">The text.</param>
    public static string Shared(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        ref var known = ref Known[(uint)text.GetHashCode(StringComparison.Ordinal) % Known.Length];
        var there = Volatile.Read(ref known);
        if (!string.Equals(there, text, StringComparison.Ordinal))
        {
            Volatile.Write(ref known, there = text);
        }

        return there!;
    }

    /// <summary>The labels, as the object that is in use for equal ones.</summary>
    /// <param name="labels">The labels; null and none are the same.</param>
    public static ImmutableSortedDictionary<string, string>? Shared(ImmutableSortedDictionary<string, string>? labels)
    {
        if (labels is not { Count: > 0 })
        {
            return null;
        }

        var hash = labels.Count;
        foreach (var (key, value) in labels)
        {
            hash = HashCode.Combine(hash, key, value);
        }

        ref var known = ref KnownLabels[(uint)hash % KnownLabels.Length];
        if (Volatile.Read(ref known) is { } there && there.Count == labels.Count && there.SequenceEqual(labels))
        {
            return there;
        }

        var shared = labels.ToImmutableSortedDictionary(label => Shared(label.Key), label => label.Value, StringComparer.Ordinal);
        Volatile.Write(ref known, shared);
        return shared;
    }
}
