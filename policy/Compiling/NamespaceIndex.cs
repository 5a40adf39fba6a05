using System.Collections.Immutable;

namespace Overlay.Policy;

/// <summary>Which namespaces a selector selects, found once for each selector.</summary>
internal sealed class NamespaceIndex
{
    private readonly Dictionary<string, PolicyNamespace> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<Selector, ImmutableHashSet<string>> _selected = [];

    public NamespaceIndex(IEnumerable<PolicyNamespace> namespaces)
    {
        foreach (var ns in namespaces)
        {
            _byName[ns.Name] = ns;
        }
    }

    /// <summary>Whether a namespace's labels are known.</summary>
    public bool IsListed(string ns) => _byName.ContainsKey(ns);

    /// <summary>Whether a namespace is selected. The empty selector selects those too that were not listed (yet); no other does.</summary>
    public bool Selects(Selector selector, string ns) => selector.IsEverything || Selected(selector).Contains(ns);

    /// <summary>The listed namespaces that a selector selects.</summary>
    public ImmutableHashSet<string> Selected(Selector selector)
    {
        if (!_selected.TryGetValue(selector, out var selected))
        {
            selected = _byName.Values.Where(ns => selector.Selects(ns.Labels)).Select(ns => ns.Name).ToImmutableHashSet(StringComparer.Ordinal);
            _selected.Add(selector, selected);
        }

        return selected;
    }
}
