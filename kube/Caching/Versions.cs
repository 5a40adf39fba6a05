using System.Globalization;

namespace Overlay.Kube.Caching;

/// <summary>
/// Compares resourceVersions. They are etcd's revisions, and since Kubernetes 1.35 (KEP-5504) the API promises that they compare as numbers;
/// what does not parse as a number is taken to be newer, in the order of arrival.
/// </summary>
internal static class Versions
{
    /// <summary>Whether <paramref name="seen"/> tells nothing new to somebody who knows <paramref name="known"/>.</summary>
    public static bool IsStale(string? seen, string? known) =>
        known is not null && (seen == known || (Number(seen) is { } s && Number(known) is { } k && s <= k));

    /// <summary>The later of the two.</summary>
    public static string Later(string known, string? seen) => seen is null || IsStale(seen, known) ? known : seen;

    /// <summary>As a number; null: it is none.</summary>
    public static ulong? Number(string? version) =>
        ulong.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
