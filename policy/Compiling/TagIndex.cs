using System.Collections.Immutable;
using Overlay.Api.Objects;
using Overlay.Api.Wire;
using Overlay.Api.Workloads;

namespace Overlay.Policy;

/// <summary>Tags by number, by namespace, and there by recorded value: which ones a selector selects, found once for each selector and namespace.</summary>
internal sealed class TagIndex
{
    private readonly Dictionary<string, NamespaceTags> _byNamespace = new(StringComparer.Ordinal);
    private Dictionary<Tag, KnownTag> _byNumber = [];
    private ImmutableArray<WorkloadTag> _source = [];

    /// <summary>Every tag, those at rest included.</summary>
    public IReadOnlyCollection<KnownTag> All => _byNumber.Values;

    /// <summary>Every namespace that has a tag.</summary>
    public IEnumerable<string> Namespaces => _byNamespace.Keys;

    /// <summary>Changes with every tag.</summary>
    public int Version { get; private set; }

    /// <summary>A tag's record; null for reserved numbers and those that nobody was given.</summary>
    public KnownTag? Find(Tag tag) => _byNumber.GetValueOrDefault(tag);

    /// <summary>Takes over what is there now.</summary>
    /// <returns>The tags that came, went or changed, and their namespaces.</returns>
    public (HashSet<Tag> Tags, HashSet<string> Namespaces) Update(ImmutableArray<WorkloadTag> source)
    {
        var tags = new HashSet<Tag>();
        var namespaces = new HashSet<string>(StringComparer.Ordinal);
        if (source == _source)
        {
            return (tags, namespaces);
        }

        _source = source;
        var next = KnownTag.Read(source, _byNumber);
        foreach (var (number, tag) in next)
        {
            if (!_byNumber.TryGetValue(number, out var before) || !ReferenceEquals(before, tag))
            {
                tags.Add(number);
                namespaces.Add(tag.Namespace);
                if (before is not null)
                {
                    namespaces.Add(before.Namespace);
                }
            }
        }

        foreach (var (number, tag) in _byNumber)
        {
            if (!next.ContainsKey(number))
            {
                tags.Add(number);
                namespaces.Add(tag.Namespace);
            }
        }

        _byNumber = next;
        if (tags.Count > 0)
        {
            Version++;
            Regroup(namespaces);
        }

        return (tags, namespaces);
    }

    /// <summary>The namespace's tags whose records say that they are selected (Unknown is no), by number.</summary>
    public ImmutableArray<KnownTag> Selected(string ns, Selector selector) =>
        _byNamespace.TryGetValue(ns, out var tags) ? tags.Selected(selector) : [];

    /// <summary>The namespace's tags that may or may not be selected: a label that decides is not recorded.</summary>
    public IEnumerable<KnownTag> PerhapsSelected(string ns, Selector selector) =>
        _byNamespace.TryGetValue(ns, out var tags) ? tags.PerhapsSelected(selector) : [];

    private void Regroup(HashSet<string> namespaces)
    {
        foreach (var ns in namespaces)
        {
            _byNamespace.Remove(ns);
        }

        foreach (var ns in _byNumber.Values.Where(tag => namespaces.Contains(tag.Namespace)).GroupBy(tag => tag.Namespace, StringComparer.Ordinal))
        {
            _byNamespace.Add(ns.Key, new NamespaceTags([.. ns.OrderBy(tag => tag.Tag)]));
        }
    }

    private sealed class NamespaceTags(ImmutableArray<KnownTag> tags)
    {
        private readonly Dictionary<Selector, ImmutableArray<KnownTag>> _selected = [];
        private List<(ImmutableArray<string> Keys, List<KnownTag> Tags)>? _byKeys;
        private Dictionary<(string Key, string Value), List<KnownTag>>? _byLabel;

        public ImmutableArray<KnownTag> Selected(Selector selector)
        {
            if (selector.IsEverything)
            {
                return tags;
            }

            if (!_selected.TryGetValue(selector, out var selected))
            {
                selected = [.. Candidates(selector).Where(tag => selector.Judge(tag) == Match.Yes)];
                _selected.Add(selector, selected);
            }

            return selected;
        }

        /// <summary>Found by the keys that are recorded: a namespace has one or two sets of them, and most record what every selector asks for.</summary>
        public IEnumerable<KnownTag> PerhapsSelected(Selector selector)
        {
            _byKeys ??= [.. tags.GroupBy(tag => string.Join(',', tag.Keys), StringComparer.Ordinal).Select(group => (group.First().Keys, group.ToList()))];
            foreach (var (keys, with) in _byKeys)
            {
                if (selector.Keys.All(key => keys.Contains(key)))
                {
                    continue;
                }

                foreach (var tag in with)
                {
                    if (selector.Judge(tag) == Match.Unknown)
                    {
                        yield return tag;
                    }
                }
            }
        }

        /// <summary>Tags with one of the values that an In requirement lists; all tags when there is no such requirement.</summary>
        private IEnumerable<KnownTag> Candidates(Selector selector)
        {
            var listed = selector.Requirements.FirstOrDefault(requirement => requirement.Operator == LabelOperator.In);
            if (listed is null)
            {
                return tags;
            }

            _byLabel ??= ByLabel();
            var found = listed.Values.SelectMany(value => _byLabel.TryGetValue((listed.Key, value), out var with) ? with : []);
            return listed.Values.Length == 1 ? found : found.OrderBy(tag => tag.Tag);
        }

        private Dictionary<(string Key, string Value), List<KnownTag>> ByLabel()
        {
            var byLabel = new Dictionary<(string, string), List<KnownTag>>();
            foreach (var tag in tags)
            {
                foreach (var (key, value) in tag.Labels)
                {
                    if (!byLabel.TryGetValue((key, value), out var with))
                    {
                        byLabel.Add((key, value), with = []);
                    }

                    with.Add(tag);
                }
            }

            return byLabel;
        }
    }
}
