using System.Collections.Immutable;

namespace Overlay.Policy;

/// <summary>A compiled label selector. A pool makes equal ones the same object, so they serve as keys by reference.</summary>
internal sealed class Selector
{
    /// <summary>Compiles; ask <see cref="SelectorPool"/> for it.</summary>
    /// <param name="requirements">All must be met; none: everything is selected.</param>
    public Selector(ImmutableArray<Requirement> requirements) => Requirements = requirements;

    /// <summary>What must be met, all of it.</summary>
    public ImmutableArray<Requirement> Requirements { get; }

    /// <summary>Whether it has no requirement: an empty selector selects everything.</summary>
    public bool IsEverything => Requirements.IsEmpty;

    /// <summary>The label keys it asks for.</summary>
    public IEnumerable<string> Keys => Requirements.Select(requirement => requirement.Key);

    /// <summary>Judges labels that are known in full.</summary>
    /// <param name="labels">All labels.</param>
    public bool Selects(IReadOnlyDictionary<string, string> labels)
    {
        foreach (var requirement in Requirements)
        {
            if (!requirement.IsMetBy(labels.TryGetValue(requirement.Key, out var value) ? value : null))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Judges what a tag records. A requirement on a key that is not recorded is Unknown, for NotIn and DoesNotExist too:
    /// the pods behind the tag may or may not carry it.
    /// </summary>
    /// <param name="tag">The tag's record.</param>
    public Match Judge(KnownTag tag)
    {
        var match = Match.Yes;
        foreach (var requirement in Requirements)
        {
            if (!tag.Records(requirement.Key))
            {
                match = Match.Unknown;
            }
            else if (!requirement.IsMetBy(tag.Value(requirement.Key)))
            {
                return Match.No;
            }
        }

        return match;
    }

    /// <inheritdoc />
    public override string ToString() => string.Join("; ", Requirements);
}
