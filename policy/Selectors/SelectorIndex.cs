using Overlay.Api.Objects;

namespace Overlay.Policy;

/// <summary>
/// Which of many selectors select given labels, without trying them all: a selector that asks for one of some values of a key is found by the
/// value; only those that ask for no value are tried each time.
/// </summary>
/// <typeparam name="T">What a selector stands for.</typeparam>
internal sealed class SelectorIndex<T>
    where T : notnull
{
    private readonly Dictionary<(string Key, string Value), List<(Selector Selector, T Item)>> _byLabel = [];
    private readonly List<(Selector Selector, T Item)> _others = [];

    /// <summary>Adds an item.</summary>
    public void Add(Selector selector, T item)
    {
        if (Listed(selector) is not { } listed)
        {
            _others.Add((selector, item));
            return;
        }

        foreach (var value in listed.Values)
        {
            if (!_byLabel.TryGetValue((listed.Key, value), out var items))
            {
                // Most labels are asked for once.
                _byLabel.Add((listed.Key, value), items = new(1));
            }

            items.Add((selector, item));
        }
    }

    /// <summary>Takes an item out, once.</summary>
    public void Remove(Selector selector, T item)
    {
        if (Listed(selector) is not { } listed)
        {
            Remove(_others, selector, item);
            return;
        }

        foreach (var value in listed.Values)
        {
            if (_byLabel.TryGetValue((listed.Key, value), out var items))
            {
                Remove(items, selector, item);
                if (items.Count == 0)
                {
                    _byLabel.Remove((listed.Key, value));
                }
            }
        }
    }

    /// <summary>The items whose selectors select the labels, in no order. One can come several times: added under several selectors, or several times.</summary>
    public IEnumerable<T> Find(IReadOnlyDictionary<string, string> labels)
    {
        foreach (var (key, value) in labels)
        {
            if (_byLabel.TryGetValue((key, value), out var items))
            {
                foreach (var (selector, item) in items)
                {
                    if (selector.Selects(labels))
                    {
                        yield return item;
                    }
                }
            }
        }

        foreach (var (selector, item) in _others)
        {
            if (selector.Selects(labels))
            {
                yield return item;
            }
        }
    }

    private static Requirement? Listed(Selector selector) => selector.Requirements.FirstOrDefault(requirement => requirement.Operator == LabelOperator.In);

    private static void Remove(List<(Selector Selector, T Item)> items, Selector selector, T item)
    {
        var at = items.FindIndex(there => there.Selector.Equals(selector) && EqualityComparer<T>.Default.Equals(there.Item, item));
        if (at >= 0)
        {
            items[at] = items[^1];
            items.RemoveAt(items.Count - 1);
        }
    }
}
