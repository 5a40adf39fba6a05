using System.Collections.Immutable;
using Overlay.Api.Wire;
using Overlay.Api.Workloads;

namespace Overlay.Policy;

/// <summary>Tags by number, and by namespace: which ones a selector selects, which one a pod's labels match. A change costs what it touches.</summary>
internal sealed class TagIndex
{
    private readonly Dictionary<string, NamespaceTags> _byNamespace = new(StringComparer.Ordinal);
    private readonly Dictionary<Tag, KnownTag> _byNumber = [];

    /// <summary>Numbers that several objects claim: can't happen while names are numbers.</summary>
    private readonly Dictionary<Tag, List<WorkloadTag>> _contested = [];

    /// <summary>Every tag, those at rest included.</summary>
    public IReadOnlyCollection<KnownTag> All => _byNumber.Values;

    /// <summary>Every namespace that has a tag.</summary>
    public IEnumerable<string> Namespaces => _byNamespace.Keys;

    /// <summary>Every tag as one that comes.</summary>
    public IReadOnlyCollection<TagChange> Everything =>
        [.. _byNumber.Values.Where(tag => !_contested.ContainsKey(tag.Tag)).Select(tag => tag.Source!).Concat(_contested.Values.SelectMany(claims => claims)).Select(tag => new TagChange(null, tag))];

    /// <summary>A tag's record; null for reserved numbers and those that nobody was given.</summary>
    public KnownTag? Find(Tag tag) => _byNumber.GetValueOrDefault(tag);

    /// <summary>How what there is differs from what there was. Nothing changes yet.</summary>
    public IReadOnlyCollection<TagChange> Compare(ImmutableArray<WorkloadTag> source)
    {
        var there = source.ToHashSet<WorkloadTag>(ReferenceEqualityComparer.Instance);
        var gone = Everything.Select(known => known.Now!).Where(known => !there.Remove(known)).ToList();
        return [.. gone.Select(tag => new TagChange(tag, null)), .. there.Select(tag => new TagChange(null, tag))];
    }

    /// <summary>Takes changes over.</summary>
    /// <returns>The tags that came, went or changed, and their namespaces.</returns>
    public (HashSet<Tag> Tags, HashSet<string> Namespaces) Update(IReadOnlyCollection<TagChange> changes)
    {
        var tags = new HashSet<Tag>();
        var namespaces = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (before, now) in changes)
        {
            foreach (var (tag, comes) in new[] { (before, false), (now, true) })
            {
                if (tag is not null && KnownTag.NumberOf(tag) is { } number)
                {
                    tags.Add(number);
                    Claim(number, tag, comes, namespaces);
                }
            }
        }

        return (tags, namespaces);
    }

    /// <summary>The namespace's tags whose records say that they are selected (Unknown is no), by number.</summary>
    public IEnumerable<KnownTag> Selected(string ns, Selector selector) => _byNamespace.TryGetValue(ns, out var tags) ? tags.Selected(selector) : [];

    /// <summary>The namespace's tags that may or may not be selected: a label that decides is not recorded.</summary>
    public IEnumerable<KnownTag> PerhapsSelected(string ns, Selector selector) => _byNamespace.TryGetValue(ns, out var tags) ? tags.PerhapsSelected(selector) : [];

    /// <summary>The tag that a pod with these labels is marked with; see <see cref="TagMatching"/>.</summary>
    public Tag Match(string ns, IReadOnlyDictionary<string, string> labels) => _byNamespace.TryGetValue(ns, out var tags) ? tags.TagFor(labels) : Tag.UnknownPod;

    /// <summary>An object claims a number, or does not any more.</summary>
    private void Claim(Tag number, WorkloadTag tag, bool comes, HashSet<string> namespaces)
    {
        var claims = _contested.Remove(number, out var contested) ? contested : _byNumber.TryGetValue(number, out var single) ? [single.Source!] : new List<WorkloadTag>();
        claims.RemoveAll(claim => ReferenceEquals(claim, tag));
        if (comes)
        {
            claims.Add(tag);
        }

        if (_byNumber.Remove(number, out var known))
        {
            namespaces.Add(known.Namespace);
            Drop(known);
        }

        if (claims.Count > 1)
        {
            _contested.Add(number, claims);
        }

        if (claims.MinBy(claim => claim.Metadata.Name, StringComparer.Ordinal) is { } first)
        {
            var next = KnownTag.Read(first, number, isContested: claims.Count > 1);
            namespaces.Add(next.Namespace);
            _byNumber.Add(number, next);
            Put(next);
        }
    }

    private void Put(KnownTag tag)
    {
        if (!_byNamespace.TryGetValue(tag.Namespace, out var tags))
        {
            _byNamespace.Add(tag.Namespace, tags = new NamespaceTags());
        }

        tags.Put(tag);
    }

    private void Drop(KnownTag tag)
    {
        var tags = _byNamespace[tag.Namespace];
        tags.Drop(tag);
        if (tags.IsEmpty)
        {
            _byNamespace.Remove(tag.Namespace);
        }
    }
}
