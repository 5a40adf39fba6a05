using System.Collections.Frozen;
using System.Collections.Immutable;
using Overlay.Api.Wire;
using Overlay.Api.Workloads;

namespace Overlay.Policy;

/// <summary>Which tag a pod gets: that of its namespace, Active, whose recorded keys all match its labels exactly.</summary>
/// <remarks>
/// Tags of one namespace that record the same keys share one table from the values to the lowest number. A namespace has as many such tables as
/// key sets were in force there lately, one or two; so a match costs one or two look-ups, however many tags there are.
/// </remarks>
public sealed class TagMatching
{
    private readonly FrozenDictionary<string, ImmutableArray<KeySetTags>> _byNamespace;

    private TagMatching(FrozenDictionary<string, ImmutableArray<KeySetTags>> byNamespace) => _byNamespace = byNamespace;

    /// <summary>Indexes tags by namespace and recorded labels.</summary>
    /// <param name="tags">All tags; Released ones and numbers that no workload may have are passed over.</param>
    public static TagMatching Of(IEnumerable<WorkloadTag> tags) => Of(KnownTag.Read(tags).Values);

    /// <summary>Indexes tags that have been read.</summary>
    internal static TagMatching Of(IEnumerable<KnownTag> tags)
    {
        var namespaces = new Dictionary<string, Dictionary<string, KeySetTags>>(StringComparer.Ordinal);
        foreach (var tag in tags.Where(tag => tag.Active))
        {
            if (!namespaces.TryGetValue(tag.Namespace, out var keySets))
            {
                namespaces.Add(tag.Namespace, keySets = new(StringComparer.Ordinal));
            }

            var keySetName = string.Join(',', tag.Keys);
            if (!keySets.TryGetValue(keySetName, out var keySet))
            {
                keySets.Add(keySetName, keySet = new KeySetTags(tag.Keys));
            }

            keySet.Add(WorkloadLabels.Text(tag.Keys, tag.Labels), tag.Tag);
        }

        return new TagMatching(
            namespaces.ToFrozenDictionary(
                ns => ns.Key,
                ns => ns.Value.Values.OrderByDescending(keySet => keySet.Keys.Length).ToImmutableArray(),
                StringComparer.Ordinal
            )
        );
    }

    /// <summary>The tag of a pod: of those that match the one with most keys, then the lowest number; else <see cref="Tag.UnknownPod"/>.</summary>
    /// <param name="ns">The pod's namespace.</param>
    /// <param name="labels">All its labels.</param>
    public Tag Match(string ns, IReadOnlyDictionary<string, string> labels)
    {
        var best = Tag.UnknownPod;
        var bestKeys = -1;
        if (!_byNamespace.TryGetValue(ns, out var keySets))
        {
            return best;
        }

        foreach (var keySet in keySets)
        {
            if (keySet.Keys.Length < bestKeys)
            {
                break;
            }

            if (keySet.Find(WorkloadLabels.Text(keySet.Keys, labels)) is { } tag && (bestKeys < 0 || tag < best))
            {
                best = tag;
                bestKeys = keySet.Keys.Length;
            }
        }

        return best;
    }

    /// <summary>The tags that record one set of keys.</summary>
    private sealed class KeySetTags(ImmutableArray<string> keys)
    {
        private readonly Dictionary<string, Tag> _lowest = new(StringComparer.Ordinal);

        public ImmutableArray<string> Keys => keys;

        public void Add(string values, Tag tag)
        {
            if (!_lowest.TryGetValue(values, out var other) || tag < other)
            {
                _lowest[values] = tag;
            }
        }

        public Tag? Find(string values) => _lowest.TryGetValue(values, out var tag) ? tag : null;
    }
}
