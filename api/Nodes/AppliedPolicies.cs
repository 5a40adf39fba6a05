using System.Collections.Immutable;
using System.Globalization;

namespace Overlay.Api.Nodes;

/// <summary>
/// Up to where an agent has its policies in force: of each kind the highest resourceVersion that its rules are made from, as it stands in the agent's Lease
/// (<c>overlaypolicies=812,networkpolicies=790</c>). A policy of that version or a lower one is in force on the node. Kinds are watched apart, so each has its own.
/// </summary>
/// <param name="Versions">The highest version by the kind's plural; a kind without objects is missing.</param>
public sealed record AppliedPolicies(ImmutableSortedDictionary<string, ulong> Versions)
{
    /// <summary>Nothing yet.</summary>
    public static AppliedPolicies None { get; } = new(ImmutableSortedDictionary.Create<string, ulong>(StringComparer.Ordinal));

    /// <summary>The same with a kind's version.</summary>
    /// <param name="plural">The kind's plural.</param>
    /// <param name="version">The highest version among the kind's objects; null: there is none.</param>
    public AppliedPolicies With(string plural, ulong? version) => version is { } highest ? new AppliedPolicies(Versions.SetItem(plural, highest)) : this;

    /// <summary>Reads an annotation; what can't be read counts as nothing applied.</summary>
    /// <param name="text">The annotation; null: there is none.</param>
    public static AppliedPolicies Parse(string? text)
    {
        var versions = None.Versions.ToBuilder();
        foreach (var part in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Split('=') is [var plural, var version] && Number(version) is { } number)
            {
                versions[plural] = number;
            }
        }

        return new AppliedPolicies(versions.ToImmutable());
    }

    /// <summary>Whether a policy is in force as of a version.</summary>
    /// <param name="plural">The kind's plural.</param>
    /// <param name="resourceVersion">The policy's resourceVersion.</param>
    public bool Hold(string plural, string? resourceVersion) => Number(resourceVersion) is { } wanted && Versions.GetValueOrDefault(plural) >= wanted;

    /// <summary>As the annotation has it.</summary>
    public override string ToString() => string.Join(',', Versions.Select(version => string.Create(CultureInfo.InvariantCulture, $"{version.Key}={version.Value}")));

    private static ulong? Number(string? version) => ulong.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
