using System.Collections.Immutable;

namespace Overlay.Conformance.Worlds;

/// <summary>Labels as <c>app=front,tier=web</c>.</summary>
public static class Labels
{
    /// <summary>Reads them.</summary>
    public static ImmutableSortedDictionary<string, string> Of(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('='))
            .ToImmutableSortedDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);

    /// <summary>Writes them.</summary>
    public static string Text(IReadOnlyDictionary<string, string> labels) => string.Join(',', labels.Select(label => $"{label.Key}={label.Value}"));
}
