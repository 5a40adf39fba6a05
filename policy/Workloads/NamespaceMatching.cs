using System.Collections.Immutable;
using Overlay.Api.Wire;

namespace Overlay.Policy;

/// <summary>From a pod's labels to the tag it is marked with, in one namespace; the rule is <see cref="TagMatching"/>'s. Grows, and never shrinks.</summary>
internal sealed class NamespaceMatching
{
    /// <summary>By the number of keys, the greatest first.</summary>
    private readonly List<(ImmutableArray<string> Keys, Dictionary<string, Tag> Lowest)> _keySets = [];

    /// <summary>Adds a tag; one at rest is nobody's.</summary>
    public void Add(KnownTag tag)
    {
        if (!tag.Active)
        {
            return;
        }

        var lowest = LowestOf(tag.Keys);
        var values = WorkloadLabels.Text(tag.Keys, tag.Labels);
        if (!lowest.TryGetValue(values, out var other) || tag.Tag < other)
        {
            lowest[values] = tag.Tag;
        }
    }

    /// <summary>The tag, or <see cref="Tag.UnknownPod"/>.</summary>
    public Tag Match(IReadOnlyDictionary<string, string> labels)
    {
        var best = Tag.UnknownPod;
        var bestKeys = -1;
        foreach (var (keys, lowest) in _keySets)
        {
            if (keys.Length < bestKeys)
            {
                break;
            }

            if (lowest.TryGetValue(WorkloadLabels.Text(keys, labels), out var tag) && (bestKeys < 0 || tag < best))
            {
                best = tag;
                bestKeys = keys.Length;
            }
        }

        return best;
    }

    private Dictionary<string, Tag> LowestOf(ImmutableArray<string> keys)
    {
        foreach (var set in _keySets)
        {
            if (set.Keys == keys || set.Keys.AsSpan().SequenceEqual(keys.AsSpan()))
            {
                return set.Lowest;
            }
        }

        var place = _keySets.FindIndex(set => set.Keys.Length < keys.Length);
        var lowest = new Dictionary<string, Tag>(StringComparer.Ordinal);
        _keySets.Insert(place < 0 ? _keySets.Count : place, (keys, lowest));
        return lowest;
    }
}
