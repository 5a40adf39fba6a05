using System.Collections.Immutable;

namespace Overlay.Policy;

/// <summary>Which namespaces a selector selects, found once for each selector and kept as namespaces change.</summary>
internal sealed class NamespaceIndex
{
    private Dictionary<string, PolicyNamespace> _byName = new(StringComparer.Ordinal);
    private ImmutableArray<PolicyNamespace> _source;
    private readonly Dictionary<Selector, HashSet<string>> _selected = [];

    public NamespaceIndex() { }

    public NamespaceIndex(IEnumerable<PolicyNamespace> namespaces)
    {
        foreach (var ns in namespaces)
        {
            _byName[ns.Name] = ns;
        }
    }

    /// <summary>What would change if these were all namespaces. Nothing changes yet.</summary>
    public NamespaceChange Compare(ImmutableArray<PolicyNamespace> namespaces)
    {
        if (namespaces == _source)
        {
            return new NamespaceChange(_source, _byName, [], []);
        }

        var next = new Dictionary<string, PolicyNamespace>(StringComparer.Ordinal);
        var changed = new List<string>();
        foreach (var ns in namespaces)
        {
            next[ns.Name] = ns;
            if (!_byName.TryGetValue(ns.Name, out var before) || !SameLabels(before, ns))
            {
                changed.Add(ns.Name);
            }
        }

        changed.AddRange(_byName.Keys.Where(name => !next.ContainsKey(name)));
        var flipped = new HashSet<Selector>();
        foreach (var name in changed)
        {
            foreach (var (selector, selected) in _selected)
            {
                if (selected.Contains(name) != (next.TryGetValue(name, out var ns) && selector.Selects(ns.Labels)))
                {
                    flipped.Add(selector);
                }
            }
        }

        return new NamespaceChange(namespaces, next, [.. changed.Where(name => _byName.ContainsKey(name) != next.ContainsKey(name))], flipped);
    }

    /// <summary>Makes the change.</summary>
    public void Apply(NamespaceChange change)
    {
        (_source, _byName) = (change.Source, change.Next);
        foreach (var selector in change.Flipped)
        {
            _selected.Remove(selector);
        }
    }

    /// <summary>Whether a namespace's labels are known.</summary>
    public bool IsListed(string ns) => _byName.ContainsKey(ns);

    /// <summary>Whether a namespace is selected. The empty selector selects those too that were not listed (yet); no other does.</summary>
    public bool Selects(Selector selector, string ns) => selector.IsEverything || Selected(selector).Contains(ns);

    /// <summary>Whether a peer means pods of a namespace.</summary>
    public bool Means(PodPeer peer, string ns) => peer.Namespace is { } only ? string.Equals(only, ns, StringComparison.Ordinal) : Selects(peer.Namespaces, ns);

    /// <summary>The listed namespaces that a selector selects.</summary>
    public IReadOnlySet<string> Selected(Selector selector)
    {
        if (!_selected.TryGetValue(selector, out var selected))
        {
            selected = _byName.Values.Where(ns => selector.Selects(ns.Labels)).Select(ns => ns.Name).ToHashSet(StringComparer.Ordinal);
            _selected.Add(selector, selected);
        }

        return selected;
    }

    private static bool SameLabels(PolicyNamespace left, PolicyNamespace right) => ReferenceEquals(left.Labels, right.Labels) || left.Labels.SequenceEqual(right.Labels);
}

/// <summary>A change of namespaces.</summary>
/// <param name="Source">All namespaces after it.</param>
/// <param name="Next">The same by name.</param>
/// <param name="CameOrWent">Names that were not listed before, or are not any more.</param>
/// <param name="Flipped">The selectors that select others after it.</param>
internal sealed record NamespaceChange(ImmutableArray<PolicyNamespace> Source, Dictionary<string, PolicyNamespace> Next, List<string> CameOrWent, HashSet<Selector> Flipped);
