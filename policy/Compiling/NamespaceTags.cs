using System.Collections.Immutable;
using Overlay.Api.Objects;
using Overlay.Api.Wire;

namespace Overlay.Policy;

/// <summary>One namespace's tags, sorted, and by what they record: by the latter only in namespaces that are asked.</summary>
internal sealed class NamespaceTags
{
    private static readonly Comparer<KnownTag> ByNumber = Comparer<KnownTag>.Create((left, right) => left.Tag.CompareTo(right.Tag));

    private readonly List<KnownTag> _tags = [];
    private readonly List<(ImmutableArray<string> Keys, int Count)> _keySets = [];
    private Dictionary<(string Key, string Value), ImmutableArray<KnownTag>>? _byLabel;
    private NamespaceMatching? _matching;

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => _tags.Count == 0;

    /// <summary>A tag came.</summary>
    public void Put(KnownTag tag)
    {
        _tags.Insert(~_tags.BinarySearch(tag, ByNumber), tag);
        Count(tag.Keys, 1);
        _matching?.Add(tag);
        if (_byLabel is not null)
        {
            AddLabels(_byLabel, tag);
        }
    }

    /// <summary>A tag went.</summary>
    public void Drop(KnownTag tag)
    {
        _tags.RemoveAt(_tags.BinarySearch(tag, ByNumber));
        Count(tag.Keys, -1);
        if (tag.Active)
        {
            // Another tag may be the lowest of its labels now.
            _matching = null;
        }

        foreach (var (key, value) in tag.Labels)
        {
            if (_byLabel is not null && _byLabel.Remove((key, value), out var with) && with.Remove(tag) is { IsEmpty: false } others)
            {
                _byLabel.Add((key, value), others);
            }
        }
    }

    /// <summary>Those whose records say that they are selected (Unknown is no), by number.</summary>
    public IEnumerable<KnownTag> Selected(Selector selector) => selector.IsEverything ? _tags : Candidates(selector).Where(tag => selector.Judge(tag) == Match.Yes);

    /// <summary>Those that may or may not be selected. A namespace has one or two sets of keys, and mostly each records what a selector asks for.</summary>
    public IEnumerable<KnownTag> PerhapsSelected(Selector selector) =>
        _keySets.TrueForAll(set => selector.Keys.All(key => set.Keys.Contains(key))) ? [] : _tags.Where(tag => selector.Judge(tag) == Match.Unknown);

    /// <summary>The tag that a pod with these labels is marked with.</summary>
    public Tag TagFor(IReadOnlyDictionary<string, string> labels)
    {
        if (_matching is null)
        {
            _matching = new NamespaceMatching();
            _tags.ForEach(_matching.Add);
        }

        return _matching.Match(labels);
    }

    /// <summary>Tags with one of the values that an In requirement lists; all tags when there is no such requirement.</summary>
    private IEnumerable<KnownTag> Candidates(Selector selector)
    {
        if (selector.Requirements.FirstOrDefault(requirement => requirement.Operator == LabelOperator.In) is not { } listed)
        {
            return _tags;
        }

        if (_byLabel is null)
        {
            _byLabel = [];
            _tags.ForEach(tag => AddLabels(_byLabel, tag));
        }

        return listed.Values.SelectMany(value => _byLabel.TryGetValue((listed.Key, value), out var with) ? with : []).OrderBy(tag => tag.Tag);
    }

    private static void AddLabels(Dictionary<(string Key, string Value), ImmutableArray<KnownTag>> byLabel, KnownTag tag)
    {
        foreach (var (key, value) in tag.Labels)
        {
            byLabel[(key, value)] = byLabel.TryGetValue((key, value), out var with) ? with.Add(tag) : [tag];
        }
    }

    private void Count(ImmutableArray<string> keys, int more)
    {
        var at = _keySets.FindIndex(set => set.Keys == keys || set.Keys.AsSpan().SequenceEqual(keys.AsSpan()));
        if (at < 0)
        {
            _keySets.Add((keys, more));
        }
        else if (_keySets[at].Count + more > 0)
        {
            _keySets[at] = (_keySets[at].Keys, _keySets[at].Count + more);
        }
        else
        {
            _keySets.RemoveAt(at);
        }
    }
}
