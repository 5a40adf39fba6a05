namespace Overlay.NodeAgent.Rules;

/// <summary>What was written to the kernel.</summary>
/// <param name="Added">Elements added.</param>
/// <param name="Removed">Elements removed.</param>
/// <param name="Replaced">Why the whole rule set was loaded anew; null when only elements changed.</param>
public readonly record struct RuleChanges(int Added, int Removed, SkeletonCondition? Replaced)
{
    /// <summary>Nothing was written.</summary>
    public bool IsEmpty => Added == 0 && Removed == 0 && Replaced is null;

    /// <summary>Both, one after the other.</summary>
    /// <param name="next">The later.</param>
    public RuleChanges Then(RuleChanges next) => new(Added + next.Added, Removed + next.Removed, Replaced ?? next.Replaced);
}
