using Overlay.Api.Objects;

namespace Overlay.Policy;

/// <summary>
/// Which of many selectors select given labels, without trying them all: a selector that asks for one of some values of a key is found by the
/// value; only those that ask for no value are tried each time.
/// </summary>
/// <typeparam name="T">What a selector stands for.</typeparam>
internal sealed class SelectorIndex<T>
{
    private readonly Dictionary<(string Key, string Value), HashSet<(Selector Selector, T Item)>> _byLabel = [];
    private readonly HashSet<(Selector Selector, T Item)> _others = [];

    /// <summary>Adds an item; what is there already stays.</summary>
    public void Add(Selector selector, T item)
    {
        foreach (var items in Places(selector, make: true))
        {
            items.Add((selector, item));
        }
    }

    /// <summary>Takes an item out.</summary>
    public void Remove(Selector selector, T item)
    {
        foreach (var items in Places(selector, make: false))
        {
            items.Remove((selector, item));
        }
    }

    /// <summary>The items whose selectors select the labels, in no order. One added under several selectors can come several times.</summary>
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

    private IEnumerable<HashSet<(Selector Selector, T Item)>> Places(Selector selector, bool make)
    {
        if (selector.Requirements.FirstOrDefault(requirement => requirement.Operator == LabelOperator.In) is not { } listed)
        {
            yield return _others;
            yield break;
        }

        foreach (var value in listed.Values)
        {
            if (!_byLabel.TryGetValue((listed.Key, value), out var items) && make)
            {
                _byLabel.Add((listed.Key, value), items = []);
            }

            if (items is not null)
            {
                yield return items;
            }
        }
    }
}
