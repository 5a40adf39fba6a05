using System.Collections.Immutable;

namespace Overlay.NodeAgent.Addresses;

/// <summary>Labels as one text: <c>app=front,tier=web</c>. Neither keys nor values can hold <c>=</c> or <c>,</c> (Kubernetes' label syntax).</summary>
internal static class PodLabelsText
{
    /// <summary>The text; null for labels that are not known.</summary>
    public static string? Write(ImmutableSortedDictionary<string, string>? labels) =>
        labels is null ? null : string.Join(',', labels.Select(l => $"{l.Key}={l.Value}"));

    /// <summary>The labels; null for labels that are not known.</summary>
    public static ImmutableSortedDictionary<string, string>? Read(string? text) =>
        text?.Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2))
            .Where(pair => pair.Length == 2)
            .ToImmutableSortedDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
}
