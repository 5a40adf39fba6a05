using System.Globalization;

namespace Overlay.NodeAgent.Cluster.Known;

/// <summary>The first line of a file of known objects.</summary>
/// <param name="Format">The version it was written in.</param>
/// <param name="ReadableSince">The oldest version that can read it: one that only adds keeps this, so that an agent may be downgraded.</param>
/// <param name="Committed">How long the file was when its writer had finished last, in bytes: a shorter one was cut off.</param>
/// <param name="Node">The node that it is of.</param>
internal sealed record KnownHeader(int Format, int ReadableSince, long Committed, string Node)
{
    /// <summary>What this agent writes.</summary>
    public const int CurrentFormat = 1;

    private const string Magic = "overlay-known-objects";
    private const int CommittedLength = 16;

    /// <summary>Where in the file <see cref="Committed"/> stands: it is written in place.</summary>
    public long CommittedAt => $"{Magic} {Format} {ReadableSince} ".Length;

    /// <summary>The first sum: of everything in the header that stays.</summary>
    public LineSum Sum => LineSum.Of($"{Magic} {Format} {ReadableSince} {Node}");

    /// <summary>The header of a new file.</summary>
    public static KnownHeader New(string node) => new(CurrentFormat, 1, 0, node);

    /// <summary>Reads a first line; null when it is not one.</summary>
    public static KnownHeader? Parse(string? line) =>
        line?.Split(' ') is [Magic, var format, var since, { Length: CommittedLength } committed, { Length: > 0 } node]
        && int.TryParse(format, NumberStyles.None, CultureInfo.InvariantCulture, out var f)
        && int.TryParse(since, NumberStyles.None, CultureInfo.InvariantCulture, out var s)
        && long.TryParse(committed, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var c)
            ? new KnownHeader(f, s, c, node)
            : null;

    /// <summary><see cref="Committed"/> as it stands in the file.</summary>
    public static string CommittedText(long length) => length.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>The line.</summary>
    public override string ToString() => $"{Magic} {Format} {ReadableSince} {CommittedText(Committed)} {Node}";
}
