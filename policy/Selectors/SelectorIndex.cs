using Overlay.Api.Objects;

namespace Overlay.Policy;

/// <summary>
/// Which of many selectors select given labels, without trying them all: a selector that asks for one of some values of a key is found by the
/// value; only those that ask for no value are tried each time.
/// </summary>
/// <typeparam name="T">What a selector stands for.</typeparam>
internal sealed class SelectorIndex<T>
{
    private readonly Dictionary<(string Key, string Value), List<(Selector Selector, T Item)>> _byLabel = [];
    private readonly List<(Selector Selector, T Item)> _others = [];

    /// <summary>Adds an item.</summary>
    public void Add(Selector selector, T item)
    {
        if (selector.Requirements.FirstOrDefault(requirement => requirement.Operator == LabelOperator.In) is not { } listed)
        {
            _others.Add((selector, item));
            return;
        }

        foreach (var value in listed.Values)
        {
            if (!_byLabel.TryGetValue((listed.Key, value), out var items))
            {
                _byLabel.Add((listed.Key, value), items = []);
            }

            items.Add((selector, item));
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
}
