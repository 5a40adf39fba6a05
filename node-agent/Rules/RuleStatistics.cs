namespace Overlay.NodeAgent.Rules;

/// <summary>What was written to the kernel since the agent's start, for metrics.</summary>
public readonly record struct RuleStatistics
{
    /// <summary>How often a changed state was written.</summary>
    public long Applied { get; init; }

    /// <summary>Elements added, those of whole loads included.</summary>
    public long ElementsAdded { get; init; }

    /// <summary>Elements removed one by one.</summary>
    public long ElementsRemoved { get; init; }

    /// <summary>How often the whole rule set was loaded because there was none: a first start, or <c>nft flush ruleset</c>.</summary>
    public long LoadedMissing { get; init; }

    /// <summary>How often the whole rule set was loaded because it was of another version, of other settings, or changed by hand.</summary>
    public long LoadedChanged { get; init; }

    /// <summary>How often something that others had changed was mended.</summary>
    public long Repaired { get; init; }

    /// <summary>How often writing or mending failed.</summary>
    public long Failed { get; init; }

    internal RuleStatistics With(RuleChanges changes) =>
        this with
        {
            Applied = Applied + (changes.IsEmpty ? 0 : 1),
            ElementsAdded = ElementsAdded + changes.Added,
            ElementsRemoved = ElementsRemoved + changes.Removed,
            LoadedMissing = LoadedMissing + (changes.Replaced == SkeletonCondition.Missing ? 1 : 0),
            LoadedChanged = LoadedChanged + (changes.Replaced == SkeletonCondition.Changed ? 1 : 0),
        };
}
