namespace Overlay.Netlink.NfTables;

/// <summary>An element of a set or map. What is read back equals what was written.</summary>
/// <param name="Key">The key: in a set of concatenated intervals the lower end, in a set of plain intervals the start or (see <see cref="IsIntervalEnd"/>) what comes after the end.</param>
public sealed record SetElement(NfValue Key)
{
    /// <summary>The longest comment in bytes that nft takes.</summary>
    public const int MaximumCommentLength = 127;

    /// <summary>In a set of concatenated intervals the upper end, included, component by component; else null.</summary>
    public NfValue? KeyEnd { get; init; }

    /// <summary>What a map gives for the key; null in a set.</summary>
    public NfValue? Value { get; init; }

    /// <summary>In a set of plain intervals: the key is the first one that no longer belongs to the interval.</summary>
    public bool IsIntervalEnd { get; init; }

    /// <summary>What nft shows as <c>comment "..."</c>; null: none.</summary>
    public string? Comment { get; init; }

    /// <summary>What identifies it within its set: two elements of one identity cannot be there at once.</summary>
    public (NfValue Key, NfValue? KeyEnd, bool IsIntervalEnd) Identity => (Key, KeyEnd, IsIntervalEnd);

    /// <summary>The key in hexadecimal, its end and value.</summary>
    public override string ToString()
    {
        var end = KeyEnd is { } last ? $"-{last}" : IsIntervalEnd ? " (end)" : "";
        var value = Value is { } given ? $" : {given}" : "";
        var comment = Comment is null ? "" : $" comment \"{Comment}\"";
        return $"{Key}{end}{value}{comment}";
    }
}
